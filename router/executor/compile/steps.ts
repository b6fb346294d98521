import type { PlanNode } from '@apollo/query-planner'
import type { Json } from '../selection/json.ts'
import { type Preparing, Uncompiled } from './fetch-operation.ts'
import { type CompiledFetch, compileFetch } from './fetches.ts'
import { splitFetch } from './split-fetch.ts'

/** What is done, in which order. */
export type Step =
  | { kind: 'fetch'; fetch: CompiledFetch }
  | { kind: 'sequence' | 'parallel'; steps: Step[] }
  | { kind: 'condition'; variable: string; holds: Step | null; fails: Step | null }

/** Prepares a plan's nodes. Throws `Uncompiled`. */
export function compileNode(node: PlanNode | undefined, path: readonly string[], preparing: Preparing): Step | null {
  const inside = (child: PlanNode | undefined) => compileNode(child, path, preparing)
  switch (node?.kind) {
    case undefined:
      return null
    case 'Fetch': {
      const [fetch, ...more] = splitFetch(node, preparing.standIns).map((each) => compileFetch(each, path, preparing))
      if (!fetch) return null
      const steps = [fetch, ...more].map((each) => ({ kind: 'fetch' as const, fetch: each }))
      return more.length ? { kind: 'parallel', steps } : { kind: 'fetch', fetch }
    }
    case 'Flatten':
      return compileNode(node.node, [...path, ...node.path.map(pathElement)], preparing)
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
        holds: inside(node.ifClause),
        fails: inside(node.elseClause),
      }
    case 'Defer':
      throw new Uncompiled('@defer')
  }
}

function pathElement(element: string | number): string {
  // The planner's own form for "of these types only", made only where type-conditioned fetching is switched on.
  if (typeof element === 'string' && !element.includes('|[')) return element
  throw new Uncompiled('a path with type conditions')
}

/** Whether, with these coerced variables, anything is fetched. */
export function fetchesSomething(step: Step | null, variables: Json): boolean {
  if (!step) return false
  if (step.kind === 'fetch') return true
  if (step.kind === 'condition')
    return fetchesSomething(variables[step.variable] === true ? step.holds : step.fails, variables)
  return step.steps.some((each) => fetchesSomething(each, variables))
}
