import { Supergraph as FederationSupergraph, operationFromDocument } from '@apollo/federation-internals'
import { QueryPlanner } from '@apollo/query-planner'
import type { DocumentNode } from 'graphql'
import { withoutUnplannedDirectives } from '../../supergraph/executable-directives.ts'
import { overrideConditions, type Supergraph } from '../../supergraph/load.ts'
import { NO_ARGUMENT_ALIASES } from '../compile/argument-aliases.ts'
import { type CompiledOperation, compilePlan } from '../compile/compile-plan.ts'
import { type CompiledSelection, outputFor } from '../compile/output.ts'
import { createFieldAliasing } from '../selection/response-names.ts'
import { addArgumentAliases } from './add-argument-aliases.ts'
import { createVariants } from './condition-variants.ts'
import { normalizeForPlanner } from './normalize-document.ts'
import { withResolvableKeysFirst } from './resolvable-keys.ts'
import { restoreFields } from './restore-fields.ts'

/** Plans and compiles a valid document's operation (null: its only one); `uncompiled` says why not. */
export type OperationCompiler = (
  document: DocumentNode,
  operationName: string | null,
) => CompiledOperation | { uncompiled: string }

/**
 * Makes the function that prepares operations. What it prepares is not kept here. It plans with names and fields that
 * Apollo's planner cannot mistake for each other (names.ts, stand-ins.ts), or without stand-ins, of which `plainly` hears;
 * throws where the planner itself fails.
 */
export function createOperationCompiler(
  supergraph: Supergraph,
  onPlainPlanning: (why: unknown) => void = () => {},
): OperationCompiler {
  const { planner, apiSchema, argumentAliases, sdl } = plannerFor(supergraph, onPlainPlanning)
  const aliasFields = createFieldAliasing(sdl)

  return (given, operationName) => {
    const { document, responseNames } = aliasFields(given)
    const options = { operationName: operationName ?? undefined, validate: false }
    const prepare = (variant: DocumentNode) => {
      const planned = { document: variant, operationName, responseNames, argumentAliases }
      const plan = planner.buildQueryPlan(
        operationFromDocument(apiSchema, normalizeForPlanner(withoutUnplannedDirectives(variant, apiSchema)), options),
        { overrideConditions },
      )
      const compiled = compilePlan(supergraph, planned, plan)
      if ('uncompiled' in compiled || compiled.unplannedFields.length === 0) return compiled
      return compilePlan(supergraph, planned, restoreFields(plan, compiled.unplannedFields, supergraph))
    }
    const compiled = prepare(document)
    if ('uncompiled' in compiled) return compiled
    if (fetchesNothing(compiled)) throw new Error('The plan brings nothing of what is asked.')
    return { ...compiled, variantFor: createVariants(compiled, document, prepare) }
  }
}

/** Whether there is no plan at all though, whatever the variables are, something is asked for. */
const fetchesNothing = ({ step, primary, output, unplannedFields }: CompiledOperation): boolean =>
  !step &&
  !primary &&
  unplannedFields.length > 0 &&
  fieldsOf(output).some(({ kind, always }) => kind === 'value' && always)

const fieldsOf = (root: CompiledSelection) => outputFor(root, undefined)?.fields ?? []

function plannerFor({ sdl, federation, apiSchema }: Supergraph, onPlainPlanning: (why: unknown) => void) {
  const { sdl: changed, ...argumentAliases } = addArgumentAliases(withResolvableKeysFirst(sdl))
  const none = {
    ...NO_ARGUMENT_ALIASES,
    requiredFields: changed === sdl ? argumentAliases.requiredFields : NO_ARGUMENT_ALIASES.requiredFields,
  }
  const plain = () => ({ planner: new QueryPlanner(federation), apiSchema, argumentAliases: none, sdl })
  if (changed === sdl) return plain()
  try {
    const other = FederationSupergraph.build(changed, { supportedFeatures: null })
    return { planner: new QueryPlanner(other), apiSchema: other.apiSchema(), argumentAliases, sdl: changed }
  } catch (error) {
    // Apollo's packages know rules about supergraphs that are written nowhere. Without stand-ins all is right but for
    // operations that want one field with two sets of arguments.
    onPlainPlanning(error)
    return plain()
  }
}
