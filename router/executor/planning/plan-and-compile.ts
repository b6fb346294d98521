import { Supergraph as FederationSupergraph, type Operation, operationFromDocument } from '@apollo/federation-internals'
import { type QueryPlan, QueryPlanner } from '@apollo/query-planner'
import type { DocumentNode } from 'graphql'
import { withoutUnplannedDirectives } from '../../supergraph/executable-directives.ts'
import { overrideConditions, type Supergraph } from '../../supergraph/load.ts'
import { NO_ARGUMENT_ALIASES } from '../compile/argument-aliases.ts'
import { type CompiledOperation, compilePlan, reasonNotToPlan } from '../compile/compile-plan.ts'
import { type CompiledSelection, outputFor } from '../compile/output.ts'
import { createFieldAliasing } from '../selection/response-names.ts'
import { addArgumentAliases } from './add-argument-aliases.ts'
import { createVariants } from './condition-variants.ts'
import { normalizeForPlanner } from './normalize-document.ts'
import { withResolvableKeysFirst } from './resolvable-keys.ts'
import { restoreFields } from './restore-fields.ts'
import { TookTooLong, withinTime } from './time-limit.ts'

/** Plans and compiles a valid document's operation (null: its only one). `uncompiled` gives the reason why not. */
export type OperationCompiler = (
  document: DocumentNode,
  operationName: string | null,
) => CompiledOperation | { uncompiled: string }

/**
 * How long planning may take: usually 3 ms, and 100 for the largest operations. On some operations the planner goes in
 * circles for seconds, in which nobody else would be served.
 */
const MAX_PLANNING_MS = 1_000

/**
 * Makes a compiler for one supergraph; it keeps no results. Names and required fields are aliased where the planner
 * would confuse them (response-names.ts, add-argument-aliases.ts). If the supergraph cannot be built with argument
 * aliases they are left out, and `onPlainPlanning` gets the error. The compiler throws if the planner fails, and
 * `TookTooLong` after `maxPlanningMs`.
 */
export function createOperationCompiler(
  supergraph: Supergraph,
  onPlainPlanning: (why: unknown) => void = () => {},
  maxPlanningMs = MAX_PLANNING_MS,
): OperationCompiler {
  const { federation, apiSchema, argumentAliases, sdl } = planningBasis(supergraph, onPlainPlanning)
  const buildPlan = createTimedPlanner(federation, maxPlanningMs)
  const aliasFields = createFieldAliasing(sdl)

  return (original, operationName) => {
    const { document, responseNames } = aliasFields(original)
    const options = { operationName: operationName ?? undefined, validate: false }
    const planAndCompile = (variant: DocumentNode) => {
      const planned = { document: variant, operationName, responseNames, argumentAliases }
      const uncompiled = reasonNotToPlan(supergraph, planned)
      if (uncompiled !== null) return { uncompiled }
      const known = withoutUnplannedDirectives(variant, apiSchema)
      const normalized = normalizeForPlanner(known, supergraph.clientSchema)
      const plan = buildPlan(operationFromDocument(apiSchema, normalized, options))
      const compiled = compilePlan(supergraph, planned, plan)
      if ('uncompiled' in compiled || compiled.unplannedFields.length === 0) return compiled
      return compilePlan(supergraph, planned, restoreFields(plan, compiled.unplannedFields, supergraph))
    }
    const compiled = planAndCompile(document)
    if ('uncompiled' in compiled) return compiled
    if (fetchesNothing(compiled)) throw new Error('The plan fetches none of the selected fields.')
    return { ...compiled, variantFor: createVariants(compiled, document, planAndCompile) }
  }
}

/** Whether the plan is empty although a field is selected whatever the variables are. */
const fetchesNothing = ({ step, primary, output, unplannedFields }: CompiledOperation): boolean =>
  !step &&
  !primary &&
  unplannedFields.length > 0 &&
  fieldsOf(output).some(({ kind, always }) => kind === 'value' && always)

const fieldsOf = (root: CompiledSelection) => outputFor(root, undefined)?.fields ?? []

/** Builds plans, each within a time. What a planner was changing when it was ended may be wrong, so it is replaced. */
function createTimedPlanner(federation: FederationSupergraph, ms: number): (operation: Operation) => QueryPlan {
  let planner = new QueryPlanner(federation)
  return (operation) => {
    try {
      return withinTime(ms, () => planner.buildQueryPlan(operation, { overrideConditions }))
    } catch (error) {
      if (error instanceof TookTooLong) planner = new QueryPlanner(federation)
      throw error
    }
  }
}

/** What is planned on: the supergraph itself, or one with argument aliases. */
function planningBasis({ sdl, federation, apiSchema }: Supergraph, onPlainPlanning: (why: unknown) => void) {
  const { sdl: changed, ...argumentAliases } = addArgumentAliases(withResolvableKeysFirst(sdl))
  const none = {
    ...NO_ARGUMENT_ALIASES,
    requiredFields: changed === sdl ? argumentAliases.requiredFields : NO_ARGUMENT_ALIASES.requiredFields,
  }
  const plain = () => ({ federation, apiSchema, argumentAliases: none, sdl })
  if (changed === sdl) return plain()
  try {
    const other = FederationSupergraph.build(changed, { supportedFeatures: null })
    return { federation: other, apiSchema: other.apiSchema(), argumentAliases, sdl: changed }
  } catch (error) {
    // Apollo's packages have undocumented rules about supergraphs. Without argument aliases only operations that need
    // one field with different arguments are wrong.
    onPlainPlanning(error)
    return plain()
  }
}
