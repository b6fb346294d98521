import type { PlanNode, QueryPlan } from '@apollo/query-planner'
import { type DocumentNode, getOperationAST, type OperationDefinitionNode } from 'graphql'
import { fragmentsOf } from '../../selections.ts'
import type { Supergraph } from '../../supergraph/load.ts'
import { type ConditionalSelectionSet, collectFields } from '../selection/collect-fields.ts'
import type { Json } from '../selection/json.ts'
import type { ResponseNames } from '../selection/response-names.ts'
import { type ArgumentAliases, NO_ARGUMENT_ALIASES } from './argument-aliases.ts'
import { UncompilablePlan } from './fetch-operation.ts'
import { type CompiledFetch, compilePrimary } from './fetches.ts'
import { findNarrowedFetches, type NarrowedFetches } from './narrowed-fetches.ts'
import { type CompiledSelection, compileOutput } from './output.ts'
import { compileNode, type Step } from './steps.ts'
import { findUnplannedFields, partialMembersIn, type UnplannedField } from './unplanned-fields.ts'

/** A planned operation, compiled so that running it parses, prints and visits no document. */
export type CompiledOperation = {
  supergraph: Supergraph
  document: DocumentNode
  operation: OperationDefinitionNode
  /** The fetches to run and their order; null if nothing is fetched. */
  step: Step | null
  /**
   * For a subscription: the fetch of the plan that brings an event's data, and its document. The router does not send
   * it; event data use the document's response names.
   */
  primary: { fetch: CompiledFetch; document: DocumentNode } | null
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
  /**
   * Returns the operation as planned for these values of its @skip and @include variables; null: conditions do not
   * affect its plan.
   */
  variantFor: ((coerced: Json) => CompiledOperation) | null
}

/**
 * A valid document as it was planned, and the name of the operation to run (null: its only one). It may be planned with
 * aliases for the client's fields and for required fields with arguments.
 */
export type PlannedDocument = {
  document: DocumentNode
  operationName: string | null
  responseNames?: ResponseNames
  argumentAliases?: ArgumentAliases
}

/**
 * Compiles Apollo's plan for a valid operation; of a subscription's plan, the part after its event (`rest`).
 * `uncompiled` gives the reason where that is not supported.
 */
export function compilePlan(
  supergraph: Supergraph,
  { document, operationName, responseNames = new Map(), argumentAliases = NO_ARGUMENT_ALIASES }: PlannedDocument,
  { node }: QueryPlan,
): CompiledOperation | { uncompiled: string } {
  const { clientSchema, fullSchema, federation } = supergraph
  const operation = getOperationAST(document, operationName)
  const root = operation && clientSchema.getRootType(operation.operation)
  if (!operation || !root) return { uncompiled: 'no such operation' }
  const fragments = fragmentsOf(document)
  const definitions = new Map(operation.variableDefinitions?.map((each) => [each.variable.name.value, each]))
  const output = compileOutput(operation.selectionSet, root, fragments, clientSchema, responseNames)
  if (isTooLarge(output)) return { uncompiled: 'its fragments and conditions are too many' }
  try {
    const planned: PlanNode | undefined = node?.kind === 'Subscription' ? node.rest : node
    const context = {
      schema: fullSchema,
      subgraphSchema: (service: string) => federation.subgraphs().get(service)?.schema,
      definitions,
      argumentAliases,
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
      document,
      operation,
      step,
      primary,
      output,
      unplannedFields,
      narrowedFetches,
      hasContexts,
      variantFor: null,
    }
  } catch (error) {
    if (error instanceof UncompilablePlan) return { uncompiled: error.message }
    throw error
  }
}

function fetchesIn(step: Step | null): CompiledFetch[] {
  if (!step) return []
  if (step.kind === 'fetch') return [step.fetch]
  if (step.kind === 'condition') return [...fetchesIn(step.ifClause), ...fetchesIn(step.elseClause)]
  return step.steps.flatMap(fetchesIn)
}

/**
 * How many fields and fragments are visited at most, repeated visits included. No hand-written or generated operation
 * comes near it.
 */
const MAX_SELECTIONS = 50_000

/**
 * Whether compiling the output would take too long. Fragments under many different conditions can select a field in
 * exponentially many ways. The limit counts the whole operation, whatever types its objects have.
 */
export function isTooLarge({ parts, context }: CompiledSelection): boolean {
  const budget = { left: MAX_SELECTIONS }
  const seen = new Set<string>()
  const numbers = new Map<object, number>()
  const numberOf = (node: object) => {
    const number = numbers.get(node) ?? numbers.size
    numbers.set(node, number)
    return number
  }
  const pending: (readonly ConditionalSelectionSet[])[] = [parts]
  for (let next = pending.pop(); next && budget.left > 0; next = pending.pop()) {
    for (const occurrences of collectFields(next, context.fragments, context.schema, undefined, budget).values()) {
      const inner = occurrences.flatMap(({ field, when }) =>
        field.selectionSet ? [{ set: field.selectionSet, when }] : [],
      )
      const key = inner.map(({ set, when }) => `${numberOf(set)}${JSON.stringify(when)}`).join()
      if (inner.length === 0 || seen.has(key)) continue
      seen.add(key)
      pending.push(inner)
    }
  }
  return budget.left <= 0
}
