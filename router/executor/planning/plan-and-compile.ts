import { Supergraph as FederationSupergraph, operationFromDocument } from '@apollo/federation-internals'
import { type QueryPlan, QueryPlanner } from '@apollo/query-planner'
import { documentOf, type Operation } from '../../operation.ts'
import { withoutUnplannedDirectives } from '../../supergraph/executable-directives.ts'
import { overrideConditions, type Supergraph } from '../../supergraph/load.ts'
import { NO_ARGUMENT_ALIASES } from '../compile/argument-aliases.ts'
import { type CompiledOperation, compilePlan } from '../compile/compile-plan.ts'
import { type CompiledSelection, outputFor } from '../compile/output.ts'
import { createFieldAliasing } from '../selection/response-names.ts'
import { addArgumentAliases } from './add-argument-aliases.ts'
import { createVariants } from './condition-variants.ts'
import { plannable } from './plannable.ts'
import { withResolvableKeysFirst } from './resolvable-keys.ts'
import { restoreFields } from './restore-fields.ts'

/** Plans an operation. Throws if the planner fails. */
export type Planner = (operation: Operation) => QueryPlan

/** Plans and compiles an operation. `uncompiled` gives the reason why not. */
export type OperationCompiler = (operation: Operation) => CompiledOperation | { uncompiled: string }

/**
 * Makes a compiler for one supergraph; it keeps no results. Names and required fields are aliased where the planner
 * would confuse them (response-names.ts, add-argument-aliases.ts). If the supergraph cannot be built with argument
 * aliases they are left out, and `onPlainPlanning` gets the error. The compiler throws if the planner fails.
 */
export function createOperationCompiler(
  supergraph: Supergraph,
  onPlainPlanning: (why: unknown) => void = () => {},
): OperationCompiler {
  const { planner, argumentAliases, sdl } = plannerFor(supergraph, onPlainPlanning)
  const aliasFields = createFieldAliasing(sdl)

  return (original) => {
    const { operation, responseNames } = aliasFields(original)
    const planAndCompile = (variant: Operation) => {
      const planned = { operation: variant, responseNames, argumentAliases }
      const plan = planner(variant)
      const compiled = compilePlan(supergraph, planned, plan)
      if ('uncompiled' in compiled || compiled.unplannedFields.length === 0) return compiled
      return compilePlan(supergraph, planned, restoreFields(plan, compiled.unplannedFields, supergraph))
    }
    const compiled = planAndCompile(operation)
    if ('uncompiled' in compiled) return compiled
    if (fetchesNothing(compiled)) throw new Error('The plan fetches none of the selected fields.')
    return { ...compiled, variantFor: createVariants(compiled, planAndCompile) }
  }
}

type PlannedSupergraph = Pick<Supergraph, 'federation' | 'apiSchema' | 'clientSchema'>

/** Makes a function that plans operations with a supergraph's planner, as they are. */
export function createPlanner({ federation, apiSchema, clientSchema }: PlannedSupergraph): Planner {
  const apollo = new QueryPlanner(federation)
  return (operation) => {
    const document = documentOf(plannable(withoutUnplannedDirectives(operation, apiSchema), clientSchema))
    return apollo.buildQueryPlan(operationFromDocument(apiSchema, document, { validate: false }), {
      overrideConditions,
    })
  }
}

/** Whether the plan is empty although a field is selected whatever the variables are. */
const fetchesNothing = ({ step, primary, output, unplannedFields }: CompiledOperation): boolean =>
  !step &&
  !primary &&
  unplannedFields.length > 0 &&
  fieldsOf(output).some(({ kind, always }) => kind === 'value' && always)

const fieldsOf = (root: CompiledSelection) => outputFor(root, undefined)?.fields ?? []

function plannerFor(supergraph: Supergraph, onPlainPlanning: (why: unknown) => void) {
  const { sdl } = supergraph
  const { sdl: changed, ...argumentAliases } = addArgumentAliases(withResolvableKeysFirst(sdl))
  const none = {
    ...NO_ARGUMENT_ALIASES,
    requiredFields: changed === sdl ? argumentAliases.requiredFields : NO_ARGUMENT_ALIASES.requiredFields,
  }
  const plain = () => ({ planner: createPlanner(supergraph), argumentAliases: none, sdl })
  if (changed === sdl) return plain()
  try {
    const federation = FederationSupergraph.build(changed, { supportedFeatures: null })
    const planner = createPlanner({ ...supergraph, federation, apiSchema: federation.apiSchema() })
    return { planner, argumentAliases, sdl: changed }
  } catch (error) {
    // Apollo's packages have undocumented rules about supergraphs. Without argument aliases only operations that need
    // one field with different arguments are wrong.
    onPlainPlanning(error)
    return plain()
  }
}
