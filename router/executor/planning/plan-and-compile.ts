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

/** Plans and compiles a valid document's operation (null: its only one). `uncompiled` gives the reason why not. */
export type OperationCompiler = (
  document: DocumentNode,
  operationName: string | null,
) => CompiledOperation | { uncompiled: string }

/**
 * Makes a compiler for one supergraph; it keeps no results. Names and required fields are aliased where the planner
 * would confuse them (response-names.ts, add-argument-aliases.ts). If the supergraph cannot be built with argument
 * aliases they are left out, and `onPlainPlanning` gets the error. The compiler throws if the planner fails.
 */
export function createOperationCompiler(
  supergraph: Supergraph,
  onPlainPlanning: (why: unknown) => void = () => {},
): OperationCompiler {
  const { planner, apiSchema, argumentAliases, sdl } = plannerFor(supergraph, onPlainPlanning)
  const aliasFields = createFieldAliasing(sdl)

  return (original, operationName) => {
    const { document, responseNames } = aliasFields(original)
    const options = { operationName: operationName ?? undefined, validate: false }
    const planAndCompile = (variant: DocumentNode) => {
      const planned = { document: variant, operationName, responseNames, argumentAliases }
      const plan = planner.buildQueryPlan(
        operationFromDocument(
          apiSchema,
          normalizeForPlanner(withoutUnplannedDirectives(variant, apiSchema), supergraph.clientSchema),
          options,
        ),
        { overrideConditions },
      )
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
    // Apollo's packages have undocumented rules about supergraphs. Without argument aliases only operations that need
    // one field with different arguments are wrong.
    onPlainPlanning(error)
    return plain()
  }
}
