import { readFileSync } from 'node:fs'
import { CriticalityLevel, diff } from '@graphql-inspector/core'
import { describe, expect, it } from '@jest/globals'
import {
  buildSchema,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  isUnionType,
} from 'graphql'

const load = (name: string) => buildSchema(readFileSync(new URL(name, import.meta.url), 'utf8'))
const contract = load('../../schema/contract.graphql')
const api = load('../../schema/api.graphql')

const argumentsOf = (field: GraphQLField<unknown, unknown> | GraphQLInputField): readonly GraphQLArgument[] =>
  'args' in field ? field.args : []

/** Everything that a client can rely on, one line each: types, fields with arguments, enum values, members. */
function promises(schema: GraphQLSchema): string[] {
  return Object.values(schema.getTypeMap())
    .filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type))
    .flatMap((type) => [`type ${type.name}`, ...membersOf(type, schema).map((member) => `${type.name}.${member}`)])
}

function membersOf(type: GraphQLNamedType, schema: GraphQLSchema): string[] {
  if (isEnumType(type)) return type.getValues().map(({ name }) => name)
  if (isUnionType(type)) return type.getTypes().map(({ name }) => `| ${name}`)
  if (isInputObjectType(type)) return Object.values(type.getFields()).map((field) => inputOf(field))
  if (!isObjectType(type) && !isInterfaceType(type)) return []
  const fields = Object.values(type.getFields()).flatMap((field) => [
    `${field.name}: ${field.type}`,
    ...field.args.map((argument) => `${field.name}(${inputOf(argument)})`),
  ])
  const members = isInterfaceType(type) ? schema.getPossibleTypes(type).map(({ name }) => `implemented by ${name}`) : []
  return [...fields, ...members]
}

const inputOf = (input: { name: string; type: unknown; defaultValue?: unknown }) =>
  `${input.name}: ${input.type}${input.defaultValue === undefined ? '' : ` = ${JSON.stringify(input.defaultValue)}`}`

describe('the API', () => {
  const has = new Set(promises(api))

  it('has everything that the contract promises', () => {
    expect(promises(contract).filter((promise) => !has.has(promise))).toEqual([])
  })

  it('has no breaking change from the contract', async () => {
    const changes = await diff(contract, api)
    const breaking = changes.filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking)
    expect(breaking.map(({ message }) => message)).toEqual([])
  })

  it('describes every type, field, argument and value', () => {
    const described = Object.values(api.getTypeMap()).filter(
      (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
    )
    const undescribed = described.flatMap((type) => [
      ...(type.description || ['Query', 'Mutation', 'Subscription'].includes(type.name) ? [] : [type.name]),
      ...(isEnumType(type) ? type.getValues() : []).filter((v) => !v.description).map((v) => `${type.name}.${v.name}`),
      ...Object.values('getFields' in type ? type.getFields() : {}).flatMap((field) => [
        ...(field.description ? [] : [`${type.name}.${field.name}`]),
        ...argumentsOf(field)
          .filter((argument) => !argument.description)
          .map((argument) => `${type.name}.${field.name}(${argument.name})`),
      ]),
    ])
    expect(undescribed).toEqual([])
  })
})
