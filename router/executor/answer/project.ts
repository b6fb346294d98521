import type { Refusal } from '../../errors.ts'
import { EXISTS } from '../../supergraph/nodes.ts'
import {
  type CompiledSelection,
  type FieldOutput,
  type ObjectOutput,
  outputFor,
  type TypeOutput,
} from '../compile/output.ts'
import { isObject, type Json, ownValue, setOwnValue } from '../selection/json.ts'
import { MAX_ERRORS } from './error-collector.ts'

/** A value in the tree that violates the schema. */
export type SchemaViolation = { message: string; path: (string | number)[] }

/** A field of the response that the caller may not have. */
export type RefusedField = { refusal: Refusal; path: (string | number)[] }

/** The state of one projection. `path` is the current position. */
export type Projection = {
  introspect: (field: FieldOutput) => unknown
  violations: SchemaViolation[]
  /** At most one more than are reported. */
  refusals: RefusedField[]
  path: (string | number)[]
}

/** A non-null value is null, so the parent becomes null. */
const INVALID = Symbol('invalid')
type Completed = unknown | typeof INVALID

/**
 * Projects the tree to the client's response; null if a non-null root field is null. Adds to `violations` and `refusals`. A
 * violation ends the projection of its object; a refused field does not, because all of them are reported.
 */
export function project(selection: CompiledSelection, tree: Json, projection: Projection): Json | null {
  const output = outputFor(selection, undefined)
  return output ? completeFields(output, tree, projection, 0) : null
}

/** Returns the source itself if nothing differs: copying is most of the work for a long list. */
function completeFields(output: ObjectOutput, source: Json, projection: Projection, depth: number): Json | null {
  const { path, refusals } = projection
  const before = refusals.length
  let isValid = true
  const { fields } = output
  let result: Json | null = output.isIdentity && hasExactly(source, fields) ? null : {}
  if (output.hasMemberFields) return unknownType(output, projection, depth)
  for (let index = 0; index < fields.length; index++) {
    const field = fields[index] as FieldOutput // index < length
    const { responseName, name } = field
    let value: Completed
    if (field.kind === 'value') {
      path[depth] = responseName
      value = complete(field.type, field.isPrototypeName ? ownValue(source, name) : source[name], projection, depth + 1)
      if (value === INVALID) {
        if (refusals.length === before) return null
        isValid = false
      }
    } else if (field.kind === 'typename') {
      if (output.typename === null) return unknownType(output, projection, depth)
      value = output.typename
    } else if (field.refusal) {
      value = null
      if (field.type.nonNull) isValid = false
      path[depth] = responseName
      if (refusals.length <= MAX_ERRORS) refusals.push({ refusal: field.refusal, path: path.slice(0, depth + 1) })
    } else value = projection.introspect(field)
    if (result === null) {
      if (value === source[name]) continue
      result = {}
      for (const { name: earlier } of fields.slice(0, index)) result[earlier] = source[earlier]
    }
    if (field.isPrototypeName) setOwnValue(result, responseName, value)
    else result[responseName] = value
  }
  return isValid ? (result ?? source) : null
}

/** Whether the object has exactly these fields in this order. */
function hasExactly(source: Json, fields: readonly FieldOutput[]): boolean {
  let index = 0
  for (const name in source) if (fields[index++]?.name !== name) return false
  return index === fields.length
}

function unknownType({ name }: ObjectOutput, projection: Projection, depth: number): null {
  addViolation(projection, depth, `The type of the ${name} is not known.`)
  return null
}

function complete(type: TypeOutput, value: unknown, projection: Projection, depth: number): Completed {
  if (value === null || value === undefined) {
    if (!type.nonNull) return null
    addViolation(projection, depth, `Cannot return null for non-nullable ${describe(type, projection, depth)}.`)
    return INVALID
  }
  let completed: Completed
  if (type.item) completed = completeList(type, type.item, value, projection, depth)
  else if (type.selection) completed = completeObject(type, type.selection, value, projection, depth)
  else {
    completed = type.leaf(value)
    if (completed === undefined) completed = invalid(type, 'value', projection, depth)
  }
  return completed === null && type.nonNull ? INVALID : completed
}

function completeList(type: TypeOutput, item: TypeOutput, value: unknown, projection: Projection, depth: number) {
  if (!Array.isArray(value)) return invalid(type, 'value', projection, depth)
  const before = projection.refusals.length
  let isValid = true
  let list: unknown[] | null = null
  for (let index = 0; index < value.length; index++) {
    projection.path[depth] = index
    const member = complete(item, value[index], projection, depth + 1)
    if (member === INVALID) {
      if (projection.refusals.length === before) return null
      isValid = false
    }
    if (list === null) {
      if (member === value[index]) continue
      list = value.slice(0, index)
    }
    list.push(member)
  }
  return isValid ? (list ?? value) : null
}

function completeObject(
  type: TypeOutput,
  selection: CompiledSelection,
  value: unknown,
  projection: Projection,
  depth: number,
): Json | null {
  if (!isObject(value)) return invalid(type, 'value', projection, depth)
  if (type.isNode && typeof value[EXISTS] !== 'string') return null
  const output = outputFor(selection, value.__typename)
  return output ? completeFields(output, value, projection, depth) : invalid(type, '__typename', projection, depth)
}

function invalid(type: TypeOutput, what: string, projection: Projection, depth: number): null {
  addViolation(projection, depth, `Invalid ${what} found for ${describe(type, projection, depth)}.`)
  return null
}

function addViolation({ violations, path }: Projection, depth: number, message: string): void {
  violations.push({ message, path: path.slice(0, depth) })
}

function describe({ name, field }: TypeOutput, { path }: Projection, depth: number): string {
  const last = path[depth - 1]
  return typeof last === 'number' ? `array element of type ${name} at index ${last}` : `field ${field}`
}
