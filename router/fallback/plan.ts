import { operationFromDocument } from '@apollo/federation-internals'
import { type PlanNode, type QueryPlan, QueryPlanner } from '@apollo/query-planner'
import type { OfOperation } from '../operation.ts'
import { withPlannedDirectives } from '../supergraph/executable-directives.ts'
import type { Supergraph } from '../supergraph/load.ts'
import { overrideConditions } from '../supergraph/overrides.ts'

/** Plans valid documents by their own names; throws where the planner itself fails. */
export type Planner = OfOperation<QueryPlan>

export function createPlanner({ federation, apiSchema }: Supergraph): Planner {
  // Mostly it is never needed, and it is large.
  let planner: QueryPlanner | undefined

  return (document, name) => {
    planner ??= new QueryPlanner(federation)
    const planned = withPlannedDirectives(document, apiSchema)
    const options = { operationName: name ?? undefined, validate: false }
    return planner.buildQueryPlan(operationFromDocument(apiSchema, planned, options), { overrideConditions })
  }
}

/** Whether, with these variables, a plan's node fetches anything. */
export function fetchesSomething(node: PlanNode | undefined, variables: Record<string, unknown>): boolean {
  if (!node) return false
  if (node.kind === 'Sequence' || node.kind === 'Parallel')
    return node.nodes.some((each) => fetchesSomething(each, variables))
  if (node.kind !== 'Condition') return true
  return fetchesSomething(variables[node.condition] ? node.ifClause : node.elseClause, variables)
}
