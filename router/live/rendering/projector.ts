import {
  type GraphQLLeafType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql'
import { JsonNumber } from '../../../chassis/exact-json.ts'
import { isObject } from '../../executor/selection/json.ts'
import type { Update } from '../types.ts'
import type { PayloadField, PayloadSelection } from './payload-selection.ts'

/** A value's JSON text; '' where the value is not what the schema promises, or is not there. */
type Write = (value: unknown) => string

/**
 * Writes the payload of an update as JSON text, directly from its message's state (null for GAP). Returns null if the
 * message lacks a field or has a value of the wrong type.
 */
export type Projector = (state: Record<string, unknown> | null, kind: Update['kind'], cursor: string) => string | null

/** Compiles a client's selection on the payload type `typename`, in the schema that clients see. */
export function compileProjector(selection: PayloadSelection, typename: string, schema: GraphQLSchema): Projector {
  const fields = compileFields(selection, typename, schema)
  return (state, kind, cursor) => {
    let text = ''
    for (const { name, prefix, write } of fields) {
      const value = name === 'kind' ? kind : name === 'cursor' ? cursor : state === null ? null : state[name]
      const part = write(value)
      if (part === '') return null
      text += prefix + part
    }
    return `${text}}`
  }
}

/** `prefix` is the text before the field's value. */
const compileFields = (selection: PayloadSelection, typename: string, schema: GraphQLSchema) =>
  selection(typename).map((field, index) => ({
    name: field.name,
    prefix: `${index ? ',' : '{'}${JSON.stringify(field.response)}:`,
    write: writeField(field, typename, schema),
  }))

function writeField(field: PayloadField, typename: string, schema: GraphQLSchema): Write {
  if (field.name === '__typename') return always(JSON.stringify(typename))
  // A message does not say for which arguments its values are, so the field is fetched.
  if (field.node.arguments?.length) return always('')
  return writeValue(field.type, field.selection, schema)
}

const always = (text: string): Write => {
  return () => text
}

function writeValue(type: GraphQLOutputType, selection: PayloadSelection | null, schema: GraphQLSchema): Write {
  if (!isNonNullType(type)) {
    const write = writePresent(type, selection, schema)
    return (value) => (value === null ? 'null' : write(value))
  }
  return writePresent(type.ofType, selection, schema)
}

function writePresent(type: GraphQLOutputType, selection: PayloadSelection | null, schema: GraphQLSchema): Write {
  if (isListType(type)) return writeList(writeValue(type.ofType, selection, schema))
  if (isLeafType(type)) return writeLeaf(type)
  if (!selection) throw new Error(`Nothing is selected of "${type}".`)
  if (isObjectType(type)) return writeObject(selection, type.name, schema)
  const writers = new Map<unknown, Write>()
  return (value) => {
    const typename = isObject(value) ? value.__typename : undefined
    const known = writers.get(typename)
    if (known) return known(value)
    const member = typeof typename === 'string' ? schema.getType(typename) : undefined
    if (!isAbstractType(type) || !isObjectType(member) || !schema.isSubType(type, member)) return ''
    const write = writeObject(selection, member.name, schema)
    writers.set(typename, write)
    return write(value)
  }
}

function writeObject(selection: PayloadSelection, typename: string, schema: GraphQLSchema): Write {
  const fields = compileFields(selection, typename, schema)
  return (value) => {
    if (!isObject(value)) return ''
    let text = ''
    for (const { name, prefix, write } of fields) {
      const part = write(value[name])
      if (part === '') return ''
      text += prefix + part
    }
    return text ? `${text}}` : '{}'
  }
}

const writeList =
  (write: Write): Write =>
  (value) => {
    if (!Array.isArray(value)) return ''
    let text = '['
    for (let index = 0; index < value.length; index++) {
      const part = write(value[index])
      if (part === '') return ''
      text += index ? `,${part}` : part
    }
    return `${text}]`
  }

function writeLeaf(type: GraphQLLeafType): Write {
  if (isEnumType(type)) {
    const texts = new Map<unknown, string>(type.getValues().map(({ name }) => [name, `"${name}"`]))
    return (value) => texts.get(value) ?? ''
  }
  switch (type.name) {
    case 'ID':
    case 'String':
      return (value) => (typeof value === 'string' ? JSON.stringify(value) : '')
    case 'Int':
      return (value) => (typeof value === 'number' && value === (value | 0) ? `${value}` : '')
    case 'Float':
      return (value) => {
        if (value instanceof JsonNumber) return Number.isFinite(value.toNumber()) ? JSON.stringify(value) : ''
        return Number.isFinite(value) ? `${value}` : ''
      }
    case 'Boolean':
      return (value) => (typeof value === 'boolean' ? `${value}` : '')
    default:
      return (value) => (value === null ? '' : (JSON.stringify(value) ?? ''))
  }
}
