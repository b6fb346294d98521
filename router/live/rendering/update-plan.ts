import {
  type GraphQLError,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  print,
  type VariableDefinitionNode,
} from 'graphql'
import type { Claims } from '../../../chassis/signed-context.ts'
import { refusedRootErrors } from '../../authorization/refusals.ts'
import { createRestrict } from '../../authorization/restrict.ts'
import { createRights } from '../../authorization/rights.ts'
import { notPlanned } from '../../errors.ts'
import type { CompiledFetch } from '../../executor/compile/fetches.ts'
import { leastRecentlyUsed } from '../../least-recently-used.ts'
import type { Prepare } from '../../operation.ts'
import { fragmentsOf, selectedNodes } from '../../selections.ts'
import type { Supergraph } from '../../supergraph/load.ts'
import { type EntityKeys, entityKeys } from './entity-keys.ts'
import type { LiveOperation } from './live-operation.ts'
import { compileSelection, type Selection } from './payload-selection.ts'
import { compileProjector, type Projector } from './projector.ts'

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
  service: string
  /** The names of the root field and of the payload's type in the owner's answer, and what is asked of it. */
  response: string
  typename: string
  selection: Selection
  definitions: readonly VariableDefinitionNode[]
  keys: EntityKeys
  /** How its owner was asked for what messages did not hold. */
  questions: ReturnType<typeof leastRecentlyUsed<CompiledFetch>>
}

const SHAPES_KEPT = 1_000
/** Characters, of the operations of all shapes that are kept, as operations.ts has it. */
const TEXT_KEPT = 1_000_000
const QUESTIONS_KEPT = 20

/** Makes the function that tells the shape of an operation; errors where the caller may not subscribe to its field. */
export function createShapes(supergraph: Supergraph, prepare: Prepare) {
  const { clientSchema, fullSchema } = supergraph
  const rightsOf = createRights(supergraph.requirements)
  const restrict = createRestrict(supergraph)
  const shapes = leastRecentlyUsed<{ shape: Shape; length: number }>(SHAPES_KEPT, {
    ...{ heaviest: TEXT_KEPT, weigh: (_, { length }) => length },
  })
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
    const errors = restricted ? refusedRootErrors(clientSchema, restricted, coerced) : []
    if (errors.length) return { errors }
    const key = `${rights.key} ${operation.shape}`
    const known = shapes.get(key)
    if (known) return known.shape

    const asked = { ...request, document: restricted?.document ?? request.document }
    const { primary, callsSubgraph } = prepare(asked.document, asked.operationName)
    if (!primary) return notPlanned()
    const client = payloadOf(clientSchema, request.document, request.operationName, coerced)
    const projector = compileProjector(client.selection, client.typename, clientSchema)
    const { service, document } = primary
    const shape: Shape = {
      nulls: projector,
      direct: restricted || callsSubgraph(coerced) ? null : projector,
      primary: {
        ...{ service, keys: keysOf(service), questions: leastRecentlyUsed(QUESTIONS_KEPT) },
        ...payloadOf(fullSchema, document, null, coerced),
      },
    }
    shapes.set(key, { shape, length: print(request.document).length })
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
  const [[response, nodes] = ['', []]] = selectedNodes([operation.selectionSet], root.name, context)
  const field = root.getFields()[nodes[0]?.name.value ?? '']
  if (!field) throw new Error('The subscription selects no field.')
  return {
    response,
    typename: getNamedType(field.type).name,
    selection: compileSelection(nodes, context),
    definitions: operation.variableDefinitions ?? [],
  }
}
