import { type GraphQLError, type GraphQLSchema, Kind, print, type VariableDefinitionNode } from 'graphql'
import { leastRecentlyUsed } from '../../../chassis/least-recently-used.ts'
import type { Claims } from '../../../chassis/signed-context.ts'
import { refusedRootErrors } from '../../authorization/refusals.ts'
import { createRestrict } from '../../authorization/restrict.ts'
import { createRights } from '../../authorization/rights.ts'
import { notPlanned } from '../../errors.ts'
import type { CompiledFetch } from '../../executor/compile/fetches.ts'
import type { Json } from '../../executor/selection/json.ts'
import { responseNameOf, typeOfField } from '../../executor/selection/normal-form.ts'
import type { Caller, Operation, Prepare } from '../../operation.ts'
import type { Supergraph } from '../../supergraph/load.ts'
import { type EntityKeys, entityKeys } from './entity-keys.ts'
import type { LiveOperation } from './live-operation.ts'
import { compilePayloadSelection, type PayloadSelection } from './payload-selection.ts'
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
  /** The payload's type, and what is selected of it. */
  typename: string
  selection: PayloadSelection
  definitions: readonly VariableDefinitionNode[]
  keys: EntityKeys
  /** Compiled fetches of fields that messages lacked. */
  missingFetches: ReturnType<typeof leastRecentlyUsed<CompiledFetch>>
}

const MAX_PLANS = 1_000
/** Characters of the operations of all kept plans. */
const MAX_TEXT = 1_000_000
const MAX_FETCHES = 20

/** Plans an operation's updates. Returns errors if the caller may not subscribe to the field. */
export type UpdatePlanner = {
  (operation: LiveOperation, caller: PlanningCaller): UpdatePlan | { errors: GraphQLError[] }
  /** Whether nothing has to be planned. */
  knows: (operation: LiveOperation, claims: Claims) => boolean
  /** Equal for operations and callers that have one plan. */
  keyOf: (operation: LiveOperation, claims: Claims) => string
}

/** `quotaKey`: the user or address for whom the plan is kept. */
type PlanningCaller = Pick<Caller, 'claims' | 'quotaKey'>

export function createUpdatePlanner(supergraph: Supergraph, prepare: Prepare): UpdatePlanner {
  const { clientSchema, fullSchema } = supergraph
  const rightsOf = createRights(supergraph.requirements)
  const restrict = createRestrict(supergraph)
  const plans = leastRecentlyUsed<{ plan: UpdatePlan; length: number }>(MAX_PLANS, {
    ...{ maxWeight: MAX_TEXT, weightOf: (_, { length }) => length },
  })
  const keys = new Map<string, EntityKeys>()

  const keysOf = (service: string): EntityKeys => {
    const known = keys.get(service) ?? entityKeys(supergraph, service)
    keys.set(service, known)
    return known
  }

  const keyOf: UpdatePlanner['keyOf'] = ({ planKey }, claims) => `${rightsOf(claims).key} ${planKey}`
  const planUpdates = (operation: LiveOperation, { claims, quotaKey }: PlanningCaller) => {
    const { request, coerced } = operation
    const rights = rightsOf(claims)
    const restricted = restrict(request.operation, rights)
    const errors = restricted ? refusedRootErrors(clientSchema, restricted, coerced) : []
    if (errors.length) return { errors }
    const key = keyOf(operation, claims)
    const known = plans.get(key)
    if (known) return known.plan

    const { primary, callsSubgraph } = prepare(restricted?.remaining ?? request.operation, quotaKey)
    if (!primary) return notPlanned()
    const client = payloadOf(clientSchema, request.operation, coerced)
    const projector = compileProjector(client.selection, client.typename, clientSchema)
    const { service } = primary
    const plan: UpdatePlan = {
      projectGap: projector,
      projectMessage: restricted || callsSubgraph(coerced) ? null : projector,
      primary: {
        ...{ service, keys: keysOf(service), missingFetches: leastRecentlyUsed(MAX_FETCHES) },
        ...payloadOf(fullSchema, primary.operation, coerced),
      },
    }
    plans.set(key, { plan: plan, length: print(request.operation).length })
    return plan
  }
  return Object.assign(planUpdates, {
    keyOf,
    knows: (operation: LiveOperation, claims: Claims) => plans.get(keyOf(operation, claims)) !== undefined,
  })
}

/** The selection on the payload of a subscription's only root field. */
function payloadOf(schema: GraphQLSchema, { selectionSet, variableDefinitions = [] }: Operation, variables: Json) {
  const [root] = selectionSet.selections
  const subscription = schema.getSubscriptionType()
  const type = subscription && root?.kind === Kind.FIELD && typeOfField(subscription, root.name.value)
  if (!type || !root.selectionSet) throw new Error('The subscription selects no field.')
  return {
    response: responseNameOf(root),
    typename: type.name,
    selection: compilePayloadSelection([root.selectionSet], schema, variables),
    definitions: variableDefinitions,
  }
}
