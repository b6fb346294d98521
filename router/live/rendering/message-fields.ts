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
import type { EventData } from '../../operation.ts'
import { type EntityKeys, representationOf } from './entity-keys.ts'
import type { Field, Selection } from './payload-selection.ts'

/** A field that the message does not carry, of an entity that its owner can be asked about. */
export type Missing = {
  field: Field
  typename: string
  representation: Record<string, unknown>
  /** The entity's object in the data, where the field is to be put, and its place in the answer. */
  into: Record<string, unknown>
  path: ErrorPath
}

/** What a message carries of the plan's primary, as if the owner had been asked, and what it does not. */
export type Carried = { data: Record<string, unknown>; missing: Missing[]; lost: EventData['failures'] }

/** That a value, or something inside it, is not carried. */
const ABSENT = Symbol('absent')

/**
 * Reads the payload, of the type `typename`, out of a message's state. `schema` is the whole supergraph's: planners ask
 * for what clients do not see. Nothing is checked that the executor checks.
 */
export function readCarried(
  payload: { selection: Selection; typename: string; path: ErrorPath },
  state: Record<string, unknown>,
  owner: { schema: GraphQLSchema; service: string; keys: EntityKeys },
): Carried {
  const { schema, service, keys } = owner
  const missing: Missing[] = []
  const lost: EventData['failures'] = []
  const path: ErrorPath = [...payload.path]

  const readObject = (object: Record<string, unknown>, typename: string, selection: Selection) => {
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
        // Whatever is missing inside it comes with it.
        missing.length = before
        missing.push({ field, typename, representation, into, path: [...path] })
      }
    }
    return into
  }
  const readField = (object: Record<string, unknown>, typename: string, field: Field): unknown => {
    if (field.name === '__typename') return typename
    // Which arguments a value in a message answers is not known.
    if (field.node.arguments?.length) return ABSENT
    return Object.hasOwn(object, field.name) ? readValue(object[field.name], field.type, field.selection) : ABSENT
  }
  const readValue = (value: unknown, declared: GraphQLOutputType, selection: Selection | null): unknown => {
    if (value === null) return null
    const type = getNullableType(declared)
    if (isListType(type)) return readList(value, type.ofType, selection)
    if (isLeafType(type) || !selection) return value === undefined ? ABSENT : value
    if (!isRecord(value)) return ABSENT
    const named = isAbstractType(type) ? schema.getType(`${value.__typename}`) : type
    return isObjectType(named) ? readObject(value, named.name, selection) : ABSENT
  }
  const readList = (value: unknown, type: GraphQLOutputType, selection: Selection | null): unknown => {
    if (!Array.isArray(value)) return ABSENT
    const all = value.map((member, index) => {
      path.push(index)
      const read = readValue(member, type, selection)
      path.pop()
      return read
    })
    return all.includes(ABSENT) ? ABSENT : all
  }

  const data: Record<string, unknown> = {}
  for (const field of payload.selection(payload.typename)) {
    path.push(field.response)
    const value = readField(state, payload.typename, field)
    // Nobody can be asked for a field of the payload itself.
    if (value === ABSENT) {
      const message = `The ${service} service did not tell this.`
      lost.push({ path: [...path], message, code: code.subgraphInvalid, service })
    }
    data[field.response] = value === ABSENT ? null : value
    path.pop()
  }
  return { data, missing, lost }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
