import type { PlanNode } from '@apollo/query-planner'
import {
  type GraphQLError,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  parse,
  type VariableDefinitionNode,
} from 'graphql'
import type { Claims } from '../../chassis/signed-context.ts'
import { refusedRoot } from '../authorization/put-refused.ts'
import { createRestrict } from '../authorization/restrict.ts'
import { createRights } from '../authorization/rights.ts'
import { fragmentsOf } from '../losses.ts'
import { leastRecentlyUsed, type Plan, type Planner } from '../plan.ts'
import { selectedNodes } from '../selections.ts'
import type { Supergraph } from '../supergraph.ts'
import { type EntityKeys, entityKeys } from './entity-keys.ts'
import type { LiveOperation } from './operation.ts'
import { compileProjector, type Projector } from './project.ts'
import { compileSelection, type Selection } from './selection.ts'

/** How the updates of an operation are told to callers with the same rights; arguments and entities are not in it. */
export type Shape = {
  /** The payload with everything but `kind` and `cursor` null. */
  nulls: Projector
  /** Null where a message alone never does. */
  direct: Projector | null
  primary: Primary
}

/** What the plan wants of the field's owner, which the message mostly holds. */
export type Primary = {
  plan: Plan
  service: string
  /** The payload type's name in the owner's answer, and what is asked of it. */
  typename: string
  selection: Selection
  definitions: readonly VariableDefinitionNode[]
  keys: EntityKeys
}

const SHAPES_KEPT = 1_000

/** Makes the function that tells the shape of an operation; errors where the caller may not subscribe to its field. */
export function createShapes(supergraph: Supergraph, planner: Planner) {
  const { clientSchema, fullSchema } = supergraph
  const rightsOf = createRights(supergraph.requirements)
  const restrict = createRestrict(supergraph)
  const shapes = leastRecentlyUsed<Shape>(SHAPES_KEPT)
  const keys = new Map<string, EntityKeys>()

  const keysOf = (service: string): EntityKeys => {
    const known = keys.get(service) ?? entityKeys(supergraph, service)
    keys.set(service, known)
    return known
  }

  return (operation: LiveOperation, claims: Claims): Shape | { errors: GraphQLError[] } => {
    const { request, coerced } = operation
    const rights = rightsOf(claims)
    const restricted = restrict(request.document, request.operationName, rights)
    const errors = restricted ? refusedRoot(clientSchema, restricted, coerced) : []
    if (errors.length) return { errors }
    const key = `${rights.key} ${operation.shape}`
    const known = shapes.get(key)
    if (known) return known

    const asked = { ...request, document: restricted?.document ?? request.document }
    const plan = planner(asked.document, asked.operationName ?? undefined)
    const { node } = plan.queryPlan
    if (node?.kind !== 'Subscription') throw new Error('The plan of a subscription is none.')
    const client = payloadOf(clientSchema, request.document, request.operationName, coerced)
    const projector = compileProjector(client.selection, client.typename, clientSchema)
    const primary = parse(node.primary.operation, { noLocation: true })
    const { typename, selection, definitions } = payloadOf(fullSchema, primary, null, coerced)
    const service = node.primary.serviceName
    const shape: Shape = {
      nulls: projector,
      direct: restricted || asksOthers(node.rest, coerced) ? null : projector,
      primary: { plan, service, typename, selection, definitions, keys: keysOf(service) },
    }
    shapes.set(key, shape)
    return shape
  }
}

/** What a subscription selects of the payload of its root field. */
function payloadOf(
  schema: GraphQLSchema,
  document: LiveOperation['request']['document'],
  operationName: string | null,
  variables: Record<string, unknown>,
) {
  const operation = getOperationAST(document, operationName)
  const root = schema.getSubscriptionType()
  if (!operation || !root) throw new Error('This is no subscription.')
  const context = { schema, fragments: fragmentsOf(document), variables }
  const [nodes = []] = selectedNodes([operation.selectionSet], root.name, context).values()
  const field = root.getFields()[nodes[0]?.name.value ?? '']
  if (!field) throw new Error('The subscription selects no field.')
  return {
    typename: getNamedType(field.type).name,
    selection: compileSelection(nodes, context),
    definitions: operation.variableDefinitions ?? [],
  }
}

/** Whether, with these variables, anything is to be fetched that is not the owner's. */
function asksOthers(node: PlanNode | undefined, variables: Record<string, unknown>): boolean {
  if (!node) return false
  if (node.kind === 'Sequence' || node.kind === 'Parallel')
    return node.nodes.some((each) => asksOthers(each, variables))
  if (node.kind !== 'Condition') return true
  return asksOthers(variables[node.condition] ? node.ifClause : node.elseClause, variables)
}
