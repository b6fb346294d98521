import type { PlanNode, QueryPlan } from '@apollo/query-planner'
import type { Operation, RefusedFields } from '../../operation.ts'
import type { Supergraph } from '../../supergraph/load.ts'
import type { ResponseNames } from '../selection/response-names.ts'
import type { ArgumentAliases } from './argument-aliases.ts'
import { type CompiledFetch, compilePrimary } from './fetches.ts'
import { findNarrowedFetches, type NarrowedFetches } from './narrowed-fetches.ts'
import { type CompiledSelection, compileOutput } from './output.ts'
import { compileNode, fetchesIn, type Step } from './steps.ts'
import { findUnplannedFields, partialMembersIn, type UnplannedField } from './unplanned-fields.ts'

/** A planned operation, compiled so that running it parses, prints and visits no document. */
export type CompiledOperation = {
  supergraph: Supergraph
  operation: Operation
  /** The fetches to run and their order; null if nothing is fetched. */
  step: Step | null
  /**
   * For a subscription: the fetch of the plan that brings an event's data, and its operation. The router does not send
   * it; event data use the operation's response names.
   */
  primary: { fetch: CompiledFetch; operation: Operation } | null
  output: CompiledSelection
  /** Fields that the client selects and no fetch of the plan brings. */
  unplannedFields: readonly UnplannedField[]
  /** Fetches that are sent for only some of the objects at their path. */
  narrowedFetches: NarrowedFetches
  /**
   * Whether some argument comes from a surrounding object (@fromContext). Equal entities may then have different
   * answers.
   */
  hasContexts: boolean
}

/**
 * An operation and what was planned of it, which is all but the refused fields. Both may have aliases for the client's
 * fields and for required fields with arguments.
 */
export type PlannedOperation = {
  operation: Operation
  remaining: Operation
  refused: RefusedFields
  responseNames: ResponseNames
  argumentAliases: ArgumentAliases
}

/**
 * Compiles Apollo's plan for a valid operation; of a subscription's plan, the part after its event (`rest`). Throws for
 * what current planners do not produce.
 */
export function compilePlan(
  supergraph: Supergraph,
  { operation, refused, responseNames, argumentAliases }: PlannedOperation,
  { node }: QueryPlan,
): CompiledOperation {
  const { clientSchema, fullSchema, federation, nodes } = supergraph
  const root = clientSchema.getRootType(operation.operation)
  if (!root) throw new Error('A valid operation has a root type.')
  const definitions = new Map(operation.variableDefinitions?.map((each) => [each.variable.name.value, each]))
  const output = compileOutput(operation.selectionSet, root, clientSchema, { responseNames, refused, nodes })
  const planned: PlanNode | undefined = node?.kind === 'Subscription' ? node.rest : node
  const context = {
    schema: fullSchema,
    subgraphSchema: (service: string) => federation.subgraphs().get(service)?.schema,
    definitions,
    argumentAliases,
    nodes,
    representations: new Map(),
  }
  const step = compileNode(planned, [], context)
  const primary = node?.kind === 'Subscription' ? compilePrimary(node.primary, context) : null
  const fetches = [...fetchesIn(step), ...(primary ? [primary.fetch] : [])]
  const unplannedFields = findUnplannedFields(output, fetches, partialMembersIn(federation))
  const narrowedFetches = findNarrowedFetches(output, fetches)
  const hasContexts = fetches.some(({ contextRewrites }) => contextRewrites.length > 0)
  return {
    supergraph,
    operation,
    step,
    primary,
    output,
    unplannedFields,
    narrowedFetches,
    hasContexts,
  }
}
