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
import { localTypesIn } from './response-shape.ts'
import { compileNode, type Step } from './steps.ts'
import { findUnplannedFields, type UnplannedField } from './unplanned-fields.ts'

/** An operation, prepared so that a request of it parses, prints and visits nothing. */
export type CompiledOperation = {
  supergraph: Supergraph
  document: DocumentNode
  operation: OperationDefinitionNode
  /** What to fetch; null if nothing is to be fetched. */
  step: Step | null
  /** Of a subscription: what brings its events' data, which are given by the names that its `document` uses. */
  primary: { fetch: CompiledFetch; document: DocumentNode } | null
  output: CompiledSelection
  /** What no fetch brings though the client asks for it. */
  unplannedFields: readonly UnplannedField[]
  /** The fetches that concern not all of the objects at their path. */
  narrowedFetches: NarrowedFetches
  /** Whether entities may be told apart by what is around them; then equal answers must not be shared. */
  hasContexts: boolean
  /** The same, planned for the values that its conditions have; null: conditions make no difference to its plan. */
  variantFor: ((coerced: Json) => CompiledOperation) | null
}

/**
 * A valid document as it was planned for, and which of its operations to run (null: its only one). It may have been
 * planned with other names for the client's fields, and on a supergraph with stand-ins.
 */
export type PlannedDocument = {
  document: DocumentNode
  operationName: string | null
  responseNames?: ResponseNames
  argumentAliases?: ArgumentAliases
}

/**
 * Prepares a valid operation and Apollo's plan for it. Of a subscription's plan what comes after its event (`rest`) is
 * prepared. `uncompiled` says why it could not be.
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
      localTypes: localTypesIn(federation),
      definitions,
      argumentAliases,
      representations: new Map(),
    }
    const step = compileNode(planned, [], context)
    const primary = node?.kind === 'Subscription' ? compilePrimary(node.primary, context) : null
    const fetches = [...fetchesIn(step), ...(primary ? [primary.fetch] : [])]
    const unplannedFields = findUnplannedFields(output, fetches)
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

/** Fields and fragments, each as often as it has to be looked at: far above what people write, or generators. */
const MAX_SELECTIONS = 50_000

/**
 * Whether preparing the answer would take too long. Fragments under many different conditions can ask for a field in
 * exponentially many ways; the limit holds for the whole operation, of whatever types its objects will be.
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
