import type { FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner'

/** Changes a fetch. `path` has the response names from the root to its objects. */
type Change = (fetch: FetchNode, path: readonly string[]) => FetchNode

/** A plan in which each fetch is changed; of a subscription's, also the one that brings an event. */
export function mapFetches({ kind, node }: QueryPlan, change: Change): QueryPlan {
  const inside = (node: PlanNode, path: readonly string[]): PlanNode => {
    switch (node.kind) {
      case 'Fetch':
        return change(node, path)
      case 'Flatten':
        return { ...node, node: inside(node.node, [...path, ...node.path.map(String).filter((name) => name !== '@')]) }
      case 'Sequence':
      case 'Parallel':
        return { ...node, nodes: node.nodes.map((each) => inside(each, path)) }
      case 'Condition': {
        const { ifClause, elseClause } = node
        return {
          ...node,
          ifClause: ifClause && inside(ifClause, path),
          elseClause: elseClause && inside(elseClause, path),
        }
      }
      case 'Defer':
        return node // Operations with @defer are invalid here.
    }
  }
  if (node?.kind !== 'Subscription') return { kind, node: node && inside(node, []) }
  const { primary, rest } = node
  return { kind, node: { ...node, primary: change(primary, []), rest: rest && inside(rest, []) } }
}
