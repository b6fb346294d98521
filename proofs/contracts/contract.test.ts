import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import {
  buildSchema,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  isUnionType,
} from 'graphql'
import { deliberateBreaks } from '../../scripts/checks/breaks.ts'
import { brokenPromises, elementsOf } from '../../scripts/checks/contract.ts'

const load = (name: string) => buildSchema(readFileSync(new URL(name, import.meta.url), 'utf8'))
const contract = load('../../schema/contract.graphql')
const api = load('../../schema/api.graphql')

/** The descriptions of the schema, its types, and everything in these, by their paths. */
const descriptions = [
  ['the schema', api.description] as const,
  ...Object.values(api.getTypeMap())
    .filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type))
    .map(({ name, description }) => [name, description] as const),
  ...elementsOf(api).map(([path, { description }]) => [path, description] as const),
]

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
    expect(await brokenPromises(contract, api)).toEqual([])
  })

  it('breaks nothing without a word in the changelog', () => {
    const changelog = readFileSync(new URL('../../CHANGELOG.md', import.meta.url), 'utf8')
    expect(deliberateBreaks().filter(({ path }) => !changelog.includes(`\`${path}\``))).toEqual([])
  })

  it('describes itself and every type, field, argument and value, in whole sentences or phrases', () => {
    expect(descriptions.flatMap(([where, text]) => (/^\S+ .*\.$/s.test(text ?? '') ? [] : [where]))).toEqual([])
  })

  it('describes nothing in words that app developers have no use for', () => {
    const inside =
      /federat|subgraph|supergraph|\bentit|\bresolver|database|\brows?\b|\bread model\b|\bNATS\b|disclosed|@\w/i
    expect(descriptions.filter(([, text]) => inside.test(text ?? ''))).toEqual([])
  })

  it('says where the format of its scalars is specified, except what is nothing but opaque', () => {
    const scalars = Object.values(api.getTypeMap()).filter((type) => isScalarType(type) && !isSpecifiedScalarType(type))
    expect(scalars.flatMap((type) => ('specifiedByURL' in type && type.specifiedByURL ? [] : [type.name]))).toEqual([
      'LiveCursor',
    ])
  })
})
