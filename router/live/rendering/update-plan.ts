import type { GraphQLError, GraphQLSchema, VariableDefinitionNode } from 'graphql'
import { leastRecentlyUsed } from '../../../chassis/least-recently-used.ts'
import type { Claims } from '../../../chassis/signed-context.ts'
import { createRestrictedRights } from '../../authorization/rights.ts'
import { notPlanned, refusalError } from '../../errors.ts'
import type { CompiledFetch } from '../../executor/compile/fetches.ts'
import { type CompiledSelection, compileOutput, outputFor } from '../../executor/compile/output.ts'
import { withConditionValues } from '../../executor/selection/conditions.ts'
import type { Caller, Operation, PlanRequest, Prepare, Prepared, Rights } from '../../operation.ts'
import { textOf } from '../../request/operation-text.ts'
import type { Supergraph } from '../../supergraph/load.ts'
import { type EntityKeys, entityKeys } from './entity-keys.ts'
import type { LiveOperation } from './live-operation.ts'
import { compileProjector, type Projector } from './projector.ts'

/** How an operation's updates are rendered for callers with equal rights. Arguments and entities are not part of it. */
export type UpdatePlan = {
  /** Renders the payload with null for everything but `kind` and `cursor`. */
  projectGap: Projector
  /** Renders the payload from the message; null if the message alone is never enough. */
  projectMessage: Projector | null
  primary: PrimaryFetch
}

/** The plan's primary fetch from the feed's source, which a message replaces. */
export type PrimaryFetch = {
  service: string
  /** The response name of the root field. */
  response: string
  /** What is selected of the payload. */
  selection: CompiledSelection
  definitions: readonly VariableDefinitionNode[]
  keys: EntityKeys
  /** Compiled fetches of fields that messages lacked. */
  missingFetches: ReturnType<typeof leastRecentlyUsed<CompiledFetch>>
}

const MAX_PLANS = 1_000
/** Characters of the operations of all kept plans. */
const MAX_TEXT = 1_000_000
const MAX_FETCHES = 20

/** Plans an operation's updates. Returns errors if the caller may not subscribe to the field. `prepared`: its plan, if that is made. */
export type UpdatePlanner = {
  (
    operation: LiveOperation,
    caller: PlanningCaller,
    prepared?: Prepared | null,
  ): UpdatePlan | { errors: GraphQLError[] }
  /** What has to be planned for it; null if nothing, also because the caller may not subscribe. */
  toPrepare: (operation: LiveOperation, claims: Claims) => PlanRequest | null
  /** Whether nothing has to be planned. */
  knows: (operation: LiveOperation, claims: Claims) => boolean
  /** Equal for operations and callers that have one plan. */
  keyOf: (operation: LiveOperation, claims: Claims) => string
}

/** `quotaKey`: the user or address for whom the plan is kept. */
type PlanningCaller = Pick<Caller, 'claims' | 'quotaKey'>

export function createUpdatePlanner(supergraph: Supergraph, prepare: Prepare): UpdatePlanner {
  const { clientSchema, fullSchema } = supergraph
  const restrictedRights = createRestrictedRights(supergraph)
  const plans = leastRecentlyUsed<{ plan: UpdatePlan; length: number }>(MAX_PLANS, {
    ...{ maxWeight: MAX_TEXT, weightOf: (_, { length }) => length },
  })
  const keys = new Map<string, EntityKeys>()

  const keysOf = (service: string): EntityKeys => {
    const known = keys.get(service) ?? entityKeys(supergraph, service)
    keys.set(service, known)
    return known
  }

  const keyWith = (rights: Rights | null, { planKey }: LiveOperation) => `${rights?.key ?? ''} ${planKey}`
  const keyOf: UpdatePlanner['keyOf'] = (operation, claims) =>
    keyWith(restrictedRights(operation.request.operation, claims), operation)
  const coordinateOf = ({ field }: LiveOperation) => `${clientSchema.getSubscriptionType()?.name}.${field}`
  const toPrepare: UpdatePlanner['toPrepare'] = (operation, claims) => {
    const { request, coerced } = operation
    const rights = restrictedRights(request.operation, claims)
    const isNeeded = (!rights || rights.allows(coordinateOf(operation))) && !plans.get(keyWith(rights, operation))
    return isNeeded ? { operation: request.operation, coerced, rights } : null
  }
  const planUpdates = (operation: LiveOperation, { claims, quotaKey }: PlanningCaller, prepared?: Prepared | null) => {
    const { request, coerced, response } = operation
    const whole = request.operation
    const rights = restrictedRights(whole, claims)
    const coordinate = coordinateOf(operation)
    if (rights && !rights.allows(coordinate)) return { errors: [refusalError(rights.refusal(coordinate), [response])] }
    const key = keyWith(rights, operation)
    const known = plans.get(key)
    if (known) return known.plan

    const { primary, fetches } = prepared ?? prepare({ operation: whole, coerced, rights }, quotaKey)
    if (!primary) return notPlanned()
    const projector = compileProjector(
      payloadOf(clientSchema, withConditionValues(clientSchema, whole, coerced)).selection,
    )
    const { service } = primary
    const plan: UpdatePlan = {
      projectGap: projector,
      projectMessage: rights || fetches > 0 ? null : projector,
      primary: {
        ...{ service, keys: keysOf(service), missingFetches: leastRecentlyUsed(MAX_FETCHES) },
        ...payloadOf(fullSchema, primary.operation),
      },
    }
    plans.set(key, { plan, length: textOf(whole).length })
    return plan
  }
  return Object.assign(planUpdates, {
    toPrepare,
    keyOf,
    knows: (operation: LiveOperation, claims: Claims) => plans.get(keyOf(operation, claims)) !== undefined,
  })
}

/** What is selected of the payload of a subscription's only root field. */
function payloadOf(schema: GraphQLSchema, { selectionSet, variableDefinitions = [] }: Operation) {
  const type = schema.getSubscriptionType()
  const [root] = (type && outputFor(compileOutput(selectionSet, type, schema), undefined)?.fields) ?? []
  if (!root?.type.selection) throw new Error('The subscription selects no field.')
  return { response: root.responseName, selection: root.type.selection, definitions: variableDefinitions }
}
