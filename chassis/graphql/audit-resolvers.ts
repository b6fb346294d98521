import { defaultFieldResolver, GraphQLError, type GraphQLSchema, isInterfaceType, isObjectType } from 'graphql'
import type { Audit } from '../audit/audit.ts'
import { isId } from '../ids.ts'

/** Who caused a request, and the personal data that it has read: the fields by the id of their object. */
export type AuditedRequest = {
  who: string
  roles: readonly string[]
  requestId: string | undefined
  read: Map<string, Set<string>>
}

/** The property of a resolvers' context with its request. Apollo copies the context, so no WeakMap could find it again. */
export const AUDITED = Symbol('audited request')

type Audited = { [AUDITED]?: AuditedRequest }

/** Request ids are the router's (router/request/correlation.ts), who passes on a client's. */
const MAX_REQUEST_ID = 128

/** The request as the trail names it. `requestId` is the header that came with it. */
export const auditedRequest = (
  claims: { sub: string; roles: string[] } | null,
  requestId: string | undefined,
): AuditedRequest => ({
  who: claims ? `user ${claims.sub}` : 'nobody',
  roles: claims?.roles ?? [],
  requestId: requestId?.slice(0, MAX_REQUEST_ID),
  read: new Map(),
})

/**
 * Has a schema's commands and its personal data recorded. Each field of Mutation is recorded as it is answered; a failure
 * (a type of the interface Failure, or an error) is summed up if it repeats. Reading one of `personalData` (coordinates, as
 * `Order.recipient`) is noted in the request, for `recordReads`. Throws for a coordinate that the schema does not have.
 */
export function auditResolvers(schema: GraphQLSchema, personalData: readonly string[], audit: Audit): void {
  const failure = schema.getType('Failure')
  const isFailure = (name: string) => {
    const type = schema.getType(name)
    return isInterfaceType(failure) && isObjectType(type) && schema.isSubType(failure, type)
  }

  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const { resolve = defaultFieldResolver } = field
    const record = (
      { [AUDITED]: request }: Audited,
      args: unknown,
      outcome: string,
      isRefused: boolean,
      result?: unknown,
    ) => {
      if (!request) return
      const { who, roles, requestId } = request
      const on = [...new Set([...idsIn(args), ...entityIdsIn(result)])]
      const event = { event: 'command', who, roles, fields: [field.name], on, outcome, requestId } as const
      if (isRefused) audit.recordRepeatable(event)
      else audit.record(event)
    }
    field.resolve = async (source, args, context, info) => {
      try {
        const result: unknown = await resolve(source, args, context, info)
        const type = isObject(result) && typeof result.type === 'string' ? result.type : 'null'
        record(context, args, type, type === 'null' || isFailure(type), result)
        return result
      } catch (error) {
        record(context, args, codeOf(error), true)
        throw error
      }
    }
  }

  for (const coordinate of personalData) {
    const [typeName = '', fieldName = ''] = coordinate.split('.')
    const type = schema.getType(typeName)
    const field = isObjectType(type) ? type.getFields()[fieldName] : undefined
    if (!field) throw new Error(`There is no ${coordinate} in the schema.`)
    const { resolve = defaultFieldResolver } = field
    const note = ({ [AUDITED]: request }: Audited, id: unknown) => {
      if (!request) return
      const fields = request.read.get(String(id)) ?? new Set()
      request.read.set(String(id), fields.add(coordinate))
    }
    field.resolve = (source, args, context, info) => {
      const value: unknown = resolve(source, args, context, info)
      if (value instanceof Promise) {
        return value.then((resolved) => {
          if (isPresent(resolved)) note(context, source.id)
          return resolved
        })
      }
      if (isPresent(value)) note(context, source.id)
      return value
    }
  }
}

/** Records what personal data a request has read: one event for each object. */
export function recordReads({ who, roles, requestId, read }: AuditedRequest, audit: Audit): void {
  for (const [id, fields] of read) {
    audit.record({
      event: 'personal-data',
      who,
      roles,
      on: [id],
      fields: [...fields].sort(),
      outcome: 'read',
      requestId,
    })
  }
}

/** The ids of entities in a command's input: its arguments and their fields whose name ends with `Id`. */
function idsIn(args: unknown): string[] {
  const objects = isObject(args) ? [args, ...Object.values(args).filter(isObject)] : []
  return objects.flatMap((object) =>
    Object.entries(object).flatMap(([name, value]) => (/(^i|I)d$/.test(name) && isUuid(value) ? [value] : [])),
  )
}

/** The ids of the entities in a result, as `{ type, order }`: a new order has its id only there. */
const entityIdsIn = (result: unknown): string[] =>
  isObject(result)
    ? Object.values(result).flatMap((value) => (isObject(value) && isUuid(value.id) ? [value.id] : []))
    : []

/** The code of an error that a resolver throws. */
export const codeOf = (error: unknown): string =>
  error instanceof GraphQLError && typeof error.extensions.code === 'string'
    ? error.extensions.code
    : 'INTERNAL_SERVER_ERROR'

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const isUuid = (value: unknown): value is string => typeof value === 'string' && isId(value)
const isPresent = (value: unknown) => value !== null && value !== undefined
