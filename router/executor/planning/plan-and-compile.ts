import { operationFromDocument, type Subgraph } from '@apollo/federation-internals'
import { type QueryPlan, QueryPlanner } from '@apollo/query-planner'
import { OperationTypeNode, print } from 'graphql'
import { removeRefused } from '../../authorization/remove-refused.ts'
import { documentOf, type Operation, type PlanRequest, type SelectionSet } from '../../operation.ts'
import { withoutUnplannedDirectives } from '../../supergraph/executable-directives.ts'
import { hideLiterals, restoreLiterals } from '../../supergraph/literals.ts'
import { buildFederation, overrideConditions, type Supergraph } from '../../supergraph/load.ts'
import { EXISTS } from '../../supergraph/nodes.ts'
import { type ArgumentAlias, NO_ARGUMENT_ALIASES } from '../compile/argument-aliases.ts'
import { type CompiledOperation, compilePlan, type PlannedOperation } from '../compile/compile-plan.ts'
import { type CompiledSelection, outputFor } from '../compile/output.ts'
import { fetchesIn } from '../compile/steps.ts'
import { withConditionValues } from '../selection/conditions.ts'
import { createFieldAliasing } from '../selection/response-names.ts'
import { addArgumentAliases } from './add-argument-aliases.ts'
import { createBackgroundPlanner } from './background-planner.ts'
import { contextFields } from './context-fields.ts'
import { askingForExistence, withExistence } from './node-existence.ts'
import { plannable } from './plannable.ts'
import { withResolvableKeysFirst } from './resolvable-keys.ts'
import { droppedFields, restoreFields } from './restore-fields.ts'
import { TookTooLong, withinTime } from './time-limit.ts'

/** Plans an operation within a time. Throws if the planner fails, and `TookTooLong`. */
export type Planner = (operation: Operation, maxPlanningMs?: number) => QueryPlan

/**
 * Plans and compiles an operation. Throws if the planner fails, and `TookTooLong` if planning takes longer than
 * `maxPlanningMs`.
 */
export type OperationCompiler = {
  (request: PlanRequest, maxPlanningMs?: number): CompiledOperation
  /** Whether planning would hold up this thread for more than some 40 ms, by the operation's size. */
  isLong: (request: PlanRequest) => boolean
  /**
   * The same, planned in another process, one operation at a time. What is left to do on this thread is done by `turns.run`, in
   * parts. `turns.onWork` gets the milliseconds that planning took.
   */
  inBackground: (request: PlanRequest, turns?: Turns) => Promise<CompiledOperation>
}

export type Turns = { run: <Result>(task: () => Result) => Result | Promise<Result>; onWork: (ms: number) => void }

const AT_ONCE: Turns = { run: (task) => task(), onWork: () => {} }

/** A plan that ours can't compile, which is a fault of ours. */
export class NotCompiled extends Error {}

/** What was planned, the planner's plan, and the plan that was compiled: the same one unless fields were restored. */
export type PlanningReport = { planned: PlannedOperation; plan: QueryPlan; restored: QueryPlan }

/**
 * Makes a compiler for one supergraph; it keeps no results. Names and required fields are aliased where the planner
 * would confuse them (response-names.ts, add-argument-aliases.ts). If the supergraph cannot be built with argument
 * aliases they are left out, and `onPlainPlanning` gets the error. The compiler throws if the planner fails.
 * `backgroundMs` is the time for a plan in the background. `onPlan` gets each plan.
 */
export function createOperationCompiler(
  supergraph: Supergraph,
  onPlainPlanning: (why: unknown) => void = () => {},
  backgroundMs?: number,
  onPlan: (report: PlanningReport) => void = () => {},
): OperationCompiler {
  const { federation, apiSchema, argumentAliases, sdl } = planningBasis(supergraph, onPlainPlanning)
  const basis = { ...supergraph, federation, apiSchema }
  const planner = createPlanner(basis)
  const planInBackground = createBackgroundPlanner(sdl, backgroundMs === undefined ? {} : { planningMs: backgroundMs })
  const aliasFields = createFieldAliasing(sdl)

  const toPlan = ({ operation: whole, coerced, rights }: PlanRequest): PlannedOperation => {
    const { clientSchema } = supergraph
    const { operation, responseNames } = aliasFields(withConditionValues(clientSchema, whole, coerced))
    const { remaining, refused } = rights
      ? removeRefused(clientSchema, operation, rights)
      : { remaining: operation, refused: new Map() }
    return { operation, remaining, refused, responseNames, argumentAliases }
  }
  const compileWith = (planned: PlannedOperation, plan: QueryPlan) => {
    const complete = orNotCompiled(() => compileAndRestore(planned, plan))
    if (fetchesNothing(complete)) throw new Error('The plan fetches none of the selected fields.')
    return complete
  }
  const compileAndRestore = (planned: PlannedOperation, plan: QueryPlan) => {
    const compiled = compilePlan(supergraph, planned, plan)
    const lacking = [...droppedFields(compiled.unplannedFields), ...contextFields(fetchesIn(compiled.step))]
    const isComplete = lacking.length === 0
    const restored = isComplete ? plan : restoreFields(plan, lacking, supergraph)
    onPlan({ planned, plan, restored })
    return isComplete ? compiled : compilePlan(supergraph, planned, restored)
  }
  const compile = (request: PlanRequest, maxPlanningMs?: number) => {
    const planned = toPlan(request)
    return compileWith(planned, isEmpty(planned) ? EMPTY_PLAN : planner(planned.remaining, maxPlanningMs))
  }
  const inBackground: OperationCompiler['inBackground'] = async (request, { run, onWork } = AT_ONCE) => {
    const { planned, text } = await run(() => {
      const planned = toPlan(request)
      return { planned, text: isEmpty(planned) ? null : print(plannedAs(planned.remaining, basis)) }
    })
    const plan = text === null ? EMPTY_PLAN : await planInBackground(text, onWork)
    return run(() => compileWith(planned, restoreLiterals(plan)))
  }
  const { clientSchema, nodes } = supergraph
  return Object.assign(compile, {
    inBackground,
    isLong: ({ operation }: PlanRequest) => isLong(askingForExistence(operation, clientSchema, nodes)),
  })
}

/** Whether nothing is left because the caller may not have any of it. */
const isEmpty = ({ remaining }: PlannedOperation) => remaining.selectionSet.selections.length === 0
const EMPTY_PLAN: QueryPlan = { kind: 'QueryPlan' }

function orNotCompiled<Compiled>(compile: () => Compiled): Compiled {
  try {
    return compile()
  } catch (error) {
    throw new NotCompiled('The plan could not be compiled.', { cause: error })
  }
}

type PlannedSupergraph = Pick<Supergraph, 'federation' | 'apiSchema' | 'clientSchema' | 'nodes'>

/**
 * How long planning may take: usually 3 ms, and 600 for the largest operations. On some operations the planner goes in
 * circles for seconds, in which nobody else would be served.
 */
const MAX_PLANNING_MS = 1_000

/** For our supergraph, a field or fragment takes 0.1 to 0.2 ms. */
const MAX_SHORT_SIZE = 200
/** In mutations it takes at least twice as long, because the planner plans the root fields one after the other. */
const MUTATION_FACTOR = 2

const isLong = ({ operation, selectionSet }: Operation): boolean =>
  sizeOf(selectionSet) * (operation === OperationTypeNode.MUTATION ? MUTATION_FACTOR : 1) > MAX_SHORT_SIZE

/**
 * Makes a function that plans operations as they are, each within a time. What Apollo's planner was changing when it was
 * ended may be wrong, so it is replaced.
 */
export function createPlanner(supergraph: PlannedSupergraph): Planner {
  const { federation, apiSchema } = supergraph
  const mayGoInCircles = federation.subgraphs().values().some(hasInterfaceObjects)
  let planner = new QueryPlanner(federation)
  return (operation, maxPlanningMs = MAX_PLANNING_MS) => {
    const document = documentOf(plannedAs(operation, supergraph))
    const planned = operationFromDocument(apiSchema, document, { validate: false })
    const plan = () => restoreLiterals(planner.buildQueryPlan(planned, { overrideConditions }))
    if (!mayGoInCircles && sizeOf(operation.selectionSet) <= MAX_UNLIMITED_SIZE) return plan()
    try {
      return withinTime(maxPlanningMs, plan)
    } catch (error) {
      if (error instanceof TookTooLong) planner = new QueryPlanner(federation)
      throw error
    }
  }
}

const hasInterfaceObjects = (subgraph: Subgraph) =>
  subgraph.schema.objectTypes().some((type) => subgraph.metadata().isInterfaceObjectType(type))

/** So many fields and fragments are planned without a time limit, which costs 0.3 ms. */
const MAX_UNLIMITED_SIZE = 20

const sizeOf = ({ selections }: SelectionSet): number =>
  selections.reduce((size, { selectionSet }) => size + 1 + (selectionSet ? sizeOf(selectionSet) : 0), 0)

function plannedAs(operation: Operation, { apiSchema, clientSchema, nodes }: PlannedSupergraph): Operation {
  const planned = plannable(withoutUnplannedDirectives(operation, apiSchema), clientSchema)
  return askingForExistence(hideLiterals(planned, clientSchema), clientSchema, nodes)
}

/** Whether the plan is empty although a field is selected. */
const fetchesNothing = ({ step, primary, output, unplannedFields }: CompiledOperation): boolean =>
  !step && !primary && unplannedFields.length > 0 && fieldsOf(output).some(({ kind }) => kind === 'value')

const fieldsOf = (root: CompiledSelection) => outputFor(root, undefined)?.fields ?? []

/** Subgraphs are asked for the type. */
const EXISTENCE: [string, ArgumentAlias] = [EXISTS, { field: '__typename', arguments: [] }]

/** What is planned on: the supergraph itself, or one with argument aliases and the existence of nodes. */
function planningBasis({ sdl, federation, apiSchema, nodes }: Supergraph, onPlainPlanning: (why: unknown) => void) {
  const prepared = withExistence(withResolvableKeysFirst(sdl), nodes)
  const { sdl: changed, ...added } = addArgumentAliases(prepared, federation)
  const argumentAliases = nodes ? { ...added, aliases: new Map([...added.aliases, EXISTENCE]) } : added
  const none = {
    ...NO_ARGUMENT_ALIASES,
    requiredFields: changed === sdl ? argumentAliases.requiredFields : NO_ARGUMENT_ALIASES.requiredFields,
  }
  const plain = () => ({ federation, apiSchema, argumentAliases: none, sdl })
  if (changed === sdl) return plain()
  try {
    const other = buildFederation(changed)
    return { federation: other, apiSchema: other.apiSchema(), argumentAliases, sdl: changed }
  } catch (error) {
    // Apollo's packages have undocumented rules about supergraphs. Without argument aliases only operations that need
    // one field with different arguments are wrong; and those on nodes are refused.
    onPlainPlanning(error)
    return plain()
  }
}
