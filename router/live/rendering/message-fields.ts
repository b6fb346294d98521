import {
  type GraphQLOutputType,
  type GraphQLSchema,
  getNullableType,
  isAbstractType,
  isLeafType,
  isListType,
  isObjectType,
} from 'graphql'
import { code, type ErrorPath } from '../../errors.ts'
import { isObject } from '../../executor/selection/json.ts'
import type { EventData } from '../../operation.ts'
import { type EntityKeys, representationOf } from './entity-keys.ts'
import type { PayloadField, PayloadSelection } from './payload-selection.ts'

/** A field that the message lacks, of an entity that the feed's source can resolve. */
export type MissingField = {
  field: PayloadField
  typename: string
  representation: Record<string, unknown>
  /** The entity's object in the data, into which the field is written. */
  into: Record<string, unknown>
  /** The entity's path in the response. */
  path: ErrorPath
}

/** The fields of the plan's primary fetch as far as the message has them, and those that it lacks. */
export type MessageFields = { data: Record<string, unknown>; missing: MissingField[]; failures: EventData['failures'] }

/** Marks a value of which the message lacks at least a part. */
const ABSENT = Symbol('absent')

/**
 * Reads a payload of the type `typename` from a message's state. `schema` includes what clients do not see, because plans
 * need it. Values are not checked here; the executor does that.
 */
export function readMessageFields(
  payload: { selection: PayloadSelection; typename: string; path: ErrorPath },
  state: Record<string, unknown>,
  source: { schema: GraphQLSchema; service: string; keys: EntityKeys },
): MessageFields {
  const { schema, service, keys } = source
  const missing: MissingField[] = []
  const failures: EventData['failures'] = []
  const path: ErrorPath = [...payload.path]

  const readObject = (object: Record<string, unknown>, typename: string, selection: PayloadSelection) => {
    const into: Record<string, unknown> = {}
    const representation = representationOf(object, typename, keys)
    for (const field of selection(typename)) {
      const { response } = field
      const before = missing.length
      path.push(response)
      const value = readField(object, typename, field)
      path.pop()
      if (value !== ABSENT) into[response] = value
      else if (!representation) return ABSENT
      else {
        // The whole field is fetched, so what is missing inside it is not listed.
        missing.length = before
        missing.push({ field, typename, representation, into, path: [...path] })
      }
    }
    return into
  }
  const readField = (object: Record<string, unknown>, typename: string, field: PayloadField): unknown => {
    if (field.name === '__typename') return typename
    // A message does not say for which arguments its values are.
    if (field.node.arguments?.length) return ABSENT
    return Object.hasOwn(object, field.name) ? readValue(object[field.name], field.type, field.selection) : ABSENT
  }
  const readValue = (value: unknown, declared: GraphQLOutputType, selection: PayloadSelection | null): unknown => {
    if (value === null) return null
    const type = getNullableType(declared)
    if (isListType(type)) return readList(value, type.ofType, selection)
    if (isLeafType(type) || !selection) return value === undefined ? ABSENT : value
    if (!isObject(value)) return ABSENT
    const named = isAbstractType(type) ? schema.getType(`${value.__typename}`) : type
    return isObjectType(named) ? readObject(value, named.name, selection) : ABSENT
  }
  const readList = (value: unknown, type: GraphQLOutputType, selection: PayloadSelection | null): unknown => {
    if (!Array.isArray(value)) return ABSENT
    const values = value.map((member, index) => {
      path.push(index)
      const read = readValue(member, type, selection)
      path.pop()
      return read
    })
    return values.includes(ABSENT) ? ABSENT : values
  }

  const data: Record<string, unknown> = {}
  for (const field of payload.selection(payload.typename)) {
    path.push(field.response)
    const value = readField(state, payload.typename, field)
    // The payload itself is no entity, so its fields cannot be fetched.
    if (value === ABSENT) {
      const message = `The ${service} service did not send this field.`
      failures.push({ path: [...path], message, code: code.subgraphInvalid, service })
    }
    data[field.response] = value === ABSENT ? null : value
    path.pop()
  }
  return { data, missing, failures: failures }
}
