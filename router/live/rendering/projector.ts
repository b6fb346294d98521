import { GraphQLID, GraphQLInt, GraphQLString, isObjectType } from 'graphql'
import {
  type CompiledSelection,
  type FieldOutput,
  type ObjectOutput,
  outputFor,
  type TypeOutput,
} from '../../executor/compile/output.ts'
import { isObject } from '../../executor/selection/json.ts'
import type { Update } from '../types.ts'

/** A value's JSON text; '' where the value is not what the schema promises, or is not there. */
type Write = (value: unknown) => string

/**
 * Writes the payload of an update as JSON text, directly from its message's state (null for GAP). Returns null if the
 * message lacks a field or has a value of the wrong type.
 */
export type Projector = (state: Record<string, unknown> | null, kind: Update['kind'], cursor: string) => string | null

/** Compiles a client's selection on the payload, in the schema that clients see. */
export function compileProjector(payload: CompiledSelection): Projector {
  const output = outputFor(payload, undefined)
  const fields = output ? compileFields(output) : []
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

/** The fields of an object, with the text before each value. */
const compileFields = ({ fields, typename }: ObjectOutput) =>
  fields.map((field, index) => ({
    name: field.nodes[0]?.name.value ?? '',
    prefix: `${index ? ',' : '{'}${JSON.stringify(field.responseName)}:`,
    write: writeField(field, typename),
  }))

function writeField({ kind, nodes, type }: FieldOutput, typename: string | null): Write {
  if (kind === 'typename') return always(JSON.stringify(typename))
  // A message does not say for which arguments its values are, so the field is fetched.
  return nodes[0]?.arguments?.length ? always('') : writeValue(type)
}

const always = (text: string): Write => {
  return () => text
}

function writeValue(type: TypeOutput): Write {
  const { nonNull, item, selection } = type
  const write = item ? writeList(writeValue(item)) : selection ? writeObject(selection) : writeLeaf(type)
  return nonNull ? (value) => (value === null ? '' : write(value)) : (value) => (value === null ? 'null' : write(value))
}

function writeObject(selection: CompiledSelection): Write {
  // Of an object type, there is one output whatever the value is.
  const only = isObjectType(selection.declared) ? outputFor(selection, undefined) : undefined
  if (only) return writeFields(only)
  const writers = new Map<ObjectOutput, Write>()
  return (value) => {
    const output = isObject(value) ? outputFor(selection, value.__typename) : undefined
    if (!output || output.typename === null) return ''
    const write = writers.get(output) ?? writeFields(output)
    writers.set(output, write)
    return write(value)
  }
}

function writeFields(output: ObjectOutput): Write {
  const fields = compileFields(output)
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

const writeText: Write = (value) => (typeof value === 'string' ? JSON.stringify(value) : '')

/** Functions of their own, which are faster than that of all other leaves. What they do not write is written by the executor. */
const WRITERS: ReadonlyMap<string, Write> = new Map([
  [GraphQLString.name, writeText],
  [GraphQLID.name, writeText],
  [GraphQLInt.name, (value: unknown) => (typeof value === 'number' && value === (value | 0) ? `${value}` : '')],
])

function writeLeaf({ name, leaf }: TypeOutput): Write {
  const write: Write = (value) => {
    const written = value === undefined ? undefined : leaf(value)
    return written === undefined ? '' : (JSON.stringify(written) ?? '')
  }
  return WRITERS.get(name) ?? write
}
