import {
  type GraphQLInputType,
  type GraphQLSchema,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  isScalarType,
  isSpecifiedScalarType,
  typeFromAST,
  type VariableDefinitionNode,
} from 'graphql'
import { JsonNumber } from '../../chassis/exact-json.ts'
import { isObject } from '../executor/selection/json.ts'

type Variables = Record<string, unknown>

/**
 * The variables with plain numbers wherever the operation does not declare a custom scalar, so that everything that reads
 * them finds what JSON.parse returns. An integer for an ID becomes the text of its digits.
 */
export function withPlainNumbers(
  variables: Variables,
  definitions: readonly VariableDefinitionNode[],
  schema: GraphQLSchema,
): Variables {
  if (!hasJsonNumber(variables)) return variables
  const changed = { ...variables }
  for (const { variable, type } of definitions) {
    const name = variable.name.value
    const declared = typeFromAST(schema, type)
    if (isInputType(declared) && Object.hasOwn(changed, name)) changed[name] = withPlain(changed[name], declared)
  }
  return changed
}

function withPlain(value: unknown, type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return withPlain(value, type.ofType)
  if (isListType(type)) {
    return Array.isArray(value) ? value.map((member) => withPlain(member, type.ofType)) : withPlain(value, type.ofType)
  }
  if (isScalarType(type) && !isSpecifiedScalarType(type)) return value
  if (value instanceof JsonNumber) {
    const number = value.toNumber()
    return type.name === 'ID' && Number.isInteger(number) ? `${value}` : number
  }
  if (!isInputObjectType(type) || !isObject(value)) return plain(value)
  const fields = type.getFields()
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      const field = Object.hasOwn(fields, name) ? fields[name] : undefined
      return [name, field ? withPlain(member, field.type) : plain(member)]
    }),
  )
}

/** A value that does not have its type; the error shows it. */
function plain(value: unknown): unknown {
  if (value instanceof JsonNumber) return value.toNumber()
  if (Array.isArray(value)) return value.map(plain)
  return isObject(value)
    ? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]))
    : value
}

/** Variables are not nested deeply (read-operation.ts). */
function hasJsonNumber(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (value instanceof JsonNumber) return true
  return Array.isArray(value) ? value.some(hasJsonNumber) : Object.values(value).some(hasJsonNumber)
}
