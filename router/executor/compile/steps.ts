import type { PlanNode } from '@apollo/query-planner'
import { bringsSource, type ContextSource, contextSources } from './context-sources.ts'
import type { CompileContext } from './fetch-operation.ts'
import { type CompiledFetch, compileFetch } from './fetches.ts'
import { splitByArguments } from './split-fetch.ts'

/** The fetches to run, and their order. */
export type Step = { kind: 'fetch'; fetch: CompiledFetch } | { kind: 'sequence' | 'parallel'; steps: Step[] }

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
      return { kind: 'sequence', steps: node.nodes.map(inside).filter((step) => step !== null) }
    case 'Parallel':
      return inOrderOfContexts(node.nodes.map(inside).filter((step) => step !== null))
    case 'Condition':
      throw new Error('The plan has conditions.')
    case 'Defer':
      throw new Error('The plan has @defer.')
  }
}

/**
 * Steps in parallel, but those whose arguments come from a context (@fromContext) after the steps that bring the values. The
 * planner does not know that they depend on these.
 */
function inOrderOfContexts(steps: Step[]): Step {
  const isBrought = (source: ContextSource, by: Step) => fetchesIn(by).some((fetch) => bringsSource(fetch, source))
  const mustWait = (step: Step) =>
    fetchesIn(step)
      .flatMap(contextSources)
      .some((source) => !isBrought(source, step) && steps.some((other) => isBrought(source, other)))
  const later = steps.filter(mustWait)
  if (later.length === 0 || later.length === steps.length) return { kind: 'parallel', steps }
  const first: Step = { kind: 'parallel', steps: steps.filter((step) => !later.includes(step)) }
  return { kind: 'sequence', steps: [first, inOrderOfContexts(later)] }
}

function pathElement(element: string | number): string {
  // The planner's notation for "only these types", used if type-conditioned fetching is on.
  if (typeof element === 'string' && !element.includes('|[')) return element
  throw new Error('The plan has a path with type conditions.')
}

export function fetchesIn(step: Step | null): CompiledFetch[] {
  if (!step) return []
  return step.kind === 'fetch' ? [step.fetch] : step.steps.flatMap(fetchesIn)
}
