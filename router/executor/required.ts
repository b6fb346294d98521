import type { QueryPlanSelectionNode } from '@apollo/query-planner'
import type { StandIns } from './stand-ins.ts'

/** What a representation is made of: a field of the tree by what the subgraph calls it (`as`), or what a type has. */
export type Required =
  | { kind: 'field'; name: string; as: string; selections: Required[] | null }
  | { kind: 'fragment'; on: string; selections: Required[] }

export const requiredOf = (nodes: readonly QueryPlanSelectionNode[], standIns: StandIns): Required[] =>
  nodes.flatMap((node): Required[] => {
    if (node.kind === 'InlineFragment') {
      const { typeCondition: on } = node
      return on === undefined ? [] : [{ kind: 'fragment', on, selections: requiredOf(node.selections, standIns) }]
    }
    const name = node.alias ?? node.name
    const as = standIns.fields.get(node.name)?.field ?? name
    return [{ kind: 'field', name, as, selections: node.selections ? requiredOf(node.selections, standIns) : null }]
  })
