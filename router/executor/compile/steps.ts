import type { PlanNode } from '@apollo/query-planner'
import type { Json } from '../selection/json.ts'
import { type CompileContext, UncompilablePlan } from './fetch-operation.ts'
import { type CompiledFetch, compileFetch } from './fetches.ts'
import { splitByArguments } from './split-fetch.ts'

/** The fetches to run, and their order. */
export type Step =
  | { kind: 'fetch'; fetch: CompiledFetch }
  | { kind: 'sequence' | 'parallel'; steps: Step[] }
  | { kind: 'condition'; variable: string; ifClause: Step | null; elseClause: Step | null }

/** Compiles a node of the plan. Throws for what current planners do not produce. */
export function compileNode(node: PlanNode | undefined, path: readonly string[], context: CompileContext): Step | null {
  const inside = (child: PlanNode | undefined) => compileNode(child, path, context)
  switch (node?.kind) {
    case undefined:
      return null
    case 'Fetch': {
      const [fetch, ...more] = splitByArguments(node, context.argumentAliases).map((each) =>
        compileFetch(each, path, context),
      )
      if (!fetch) return null
      const steps = [fetch, ...more].map((each) => ({ kind: 'fetch' as const, fetch: each }))
      return more.length ? { kind: 'parallel', steps } : { kind: 'fetch', fetch }
    }
    case 'Flatten':
      return compileNode(node.node, [...path, ...node.path.map(pathElement)], context)
    case 'Sequence':
    case 'Parallel':
      return {
        kind: node.kind === 'Sequence' ? 'sequence' : 'parallel',
        steps: node.nodes.map(inside).filter((step) => step !== null),
      }
    case 'Condition':
      return {
        kind: 'condition',
        variable: node.condition,
        ifClause: inside(node.ifClause),
        elseClause: inside(node.elseClause),
      }
    case 'Defer':
      throw new Error('The plan has @defer.')
  }
}

function pathElement(element: string | number): string {
  // The planner's notation for "only these types", used if type-conditioned fetching is on.
  if (typeof element === 'string' && !element.includes('|[')) return element
  throw new Error('The plan has a path with type conditions.')
}

/** Whether anything is fetched with these coerced variables. */
export function callsAnySubgraph(step: Step | null, variables: Json): boolean {
  if (!step) return false
  if (step.kind === 'fetch') return true
  if (step.kind === 'condition')
    return callsAnySubgraph(variables[step.variable] === true ? step.ifClause : step.elseClause, variables)
  return step.steps.some((each) => callsAnySubgraph(each, variables))
}
