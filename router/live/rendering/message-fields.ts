import { code, type ErrorPath } from '../../errors.ts'
import { type CompiledSelection, type FieldOutput, outputFor, type TypeOutput } from '../../executor/compile/output.ts'
import { isObject } from '../../executor/selection/json.ts'
import type { EventData } from '../../operation.ts'
import { type EntityKeys, representationOf } from './entity-keys.ts'

/** A field that the message lacks, of an entity that the feed's source can resolve. */
export type MissingField = {
  field: FieldOutput
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
 * Reads a payload from a message's state. The selection is on the full schema, because plans need what clients do not see.
 * Values are not checked here; the executor does that.
 */
export function readMessageFields(
  payload: { selection: CompiledSelection; path: ErrorPath },
  state: Record<string, unknown>,
  { service, keys }: { service: string; keys: EntityKeys },
): MessageFields {
  const missing: MissingField[] = []
  const failures: EventData['failures'] = []
  const path: ErrorPath = [...payload.path]

  const readObject = (object: Record<string, unknown>, selection: CompiledSelection): unknown => {
    const { typename, fields } = outputFor(selection, object.__typename) ?? UNKNOWN_TYPE
    if (typename === null) return ABSENT
    const into: Record<string, unknown> = {}
    const representation = representationOf(object, typename, keys)
    for (const field of fields) {
      const before = missing.length
      path.push(field.name)
      const value = readField(object, typename, field)
      path.pop()
      if (value !== ABSENT) into[field.name] = value
      else if (!representation) return ABSENT
      else {
        // The whole field is fetched, so what is missing inside it is not listed.
        missing.length = before
        missing.push({ field, typename, representation, into, path: [...path] })
      }
    }
    return into
  }
  const readField = (
    object: Record<string, unknown>,
    typename: string,
    { kind, nodes, type }: FieldOutput,
  ): unknown => {
    if (kind === 'typename') return typename
    const [node] = nodes
    // A message does not say for which arguments its values are.
    if (!node || node.arguments?.length) return ABSENT
    return Object.hasOwn(object, node.name.value) ? readValue(object[node.name.value], type) : ABSENT
  }
  const readValue = (value: unknown, { item, selection }: TypeOutput): unknown => {
    if (value === null) return null
    if (item) return readList(value, item)
    if (!selection) return value === undefined ? ABSENT : value
    return isObject(value) ? readObject(value, selection) : ABSENT
  }
  const readList = (value: unknown, item: TypeOutput): unknown => {
    if (!Array.isArray(value)) return ABSENT
    const values = value.map((member, index) => {
      path.push(index)
      const read = readValue(member, item)
      path.pop()
      return read
    })
    return values.includes(ABSENT) ? ABSENT : values
  }

  const data: Record<string, unknown> = {}
  const { declared } = payload.selection
  for (const field of outputFor(payload.selection, undefined)?.fields ?? []) {
    path.push(field.name)
    const value = readField(state, declared.name, field)
    // The payload itself is no entity, so its fields cannot be fetched.
    if (value === ABSENT) {
      const message = `The ${service} service did not send this field.`
      failures.push({ path: [...path], message, code: code.subgraphInvalid, service })
    }
    data[field.name] = value === ABSENT ? null : value
    path.pop()
  }
  return { data, missing, failures }
}

const UNKNOWN_TYPE = { typename: null, fields: [] }
