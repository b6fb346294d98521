import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import {
  buildSchema,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  getDirectiveValues,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isObjectType,
} from 'graphql'

const read = (name: string) => readFileSync(new URL(`../../schema/${name}`, import.meta.url), 'utf8')
const api = buildSchema(read('api.graphql'))
// Its directives and their types are the federation's own.
const supergraph = buildSchema(read('supergraph.graphql'), { assumeValidSDL: true })

type Field = GraphQLField<unknown, unknown>
type Size = { assumedSize?: number; slicingArguments?: string[]; sizedFields?: string[] }

const isList = ({ type }: Field | GraphQLArgument | GraphQLInputField) => isListType(getNullableType(type))

const typesOf = (schema: typeof api) =>
  Object.values(schema.getTypeMap()).filter(
    (type) => (isObjectType(type) || isInterfaceType(type)) && !type.name.startsWith('__'),
  )
const fieldsOf = (name: string): Field[] => {
  const type = api.getType(name)
  return isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : []
}
const allFields = typesOf(api).flatMap(({ name }) => fieldsOf(name).map((field) => ({ name, field })))

/** The size of a field that the supergraph declares, for the router's cost limit. */
function sizeOf(type: string, field: string): Size | undefined {
  const directive = supergraph.getDirective('listSize')
  const found = supergraph.getType(type)
  const node = isObjectType(found) || isInterfaceType(found) ? found.getFields()[field]?.astNode : undefined
  return directive && node ? (getDirectiveValues(directive, node) as Size | undefined) : undefined
}

const declaredMaximum = /\b(?:at most|\d+ to) ([\d,]+)\b/i

describe('a list in a result', () => {
  const lists = allFields.filter(({ field }) => isList(field))
  const isConnection = (type: string) => type.endsWith('Connection')

  it.each(lists.map(({ name, field }) => [`${name}.${field.name}`, name, field] as const))(
    '%s is a page of a connection, or declares its maximum',
    (_, name, field) => {
      if (isConnection(name)) return expect(['edges', 'nodes']).toContain(field.name)
      const type = getNamedType(field.type)
      const size = sizeOf(name, field.name)?.assumedSize
      if (isEnumType(type)) return expect(size).toBe(type.getValues().length)
      expect([size]).toEqual([Number(declaredMaximum.exec(field.description ?? '')?.[1])])
    },
  )

  const pages = allFields.filter(({ field }) => isConnection(getNamedType(field.type).name))
  it.each(pages.map(({ name, field }) => [`${name}.${field.name}`, name, field] as const))(
    '%s has the size of its argument',
    (_, name, field) => {
      const first = field.args.find((argument) => argument.name === 'first')
      expect(sizeOf(name, field.name)).toEqual({
        assumedSize: first?.defaultValue,
        slicingArguments: ['first'],
        sizedFields: ['edges', 'nodes'],
        requireOneSlicingArgument: false,
      })
    },
  )
})

describe('a list in an input', () => {
  const inputs = [
    ...allFields.flatMap(({ name, field }) => field.args.map((input) => ({ of: `${name}.${field.name}`, input }))),
    ...Object.values(api.getTypeMap()).flatMap((type) =>
      isInputObjectType(type) ? Object.values(type.getFields()).map((input) => ({ of: type.name, input })) : [],
    ),
  ].filter(({ input }) => isList(input))

  it('exists', () => {
    expect(inputs.map(({ of, input }) => `${of} ${input.name}`)).toContain('PlaceOrderInput lines')
  })

  it.each(inputs.map(({ of, input }) => [`${of} ${input.name}`, input] as const))(
    '%s declares its maximum',
    (_, input) => {
      const [, maximum] = declaredMaximum.exec(input.description ?? '') ?? []
      const type = getNamedType(input.type)
      // The chassis accepts a list of enum values only without duplicates (list-arguments.ts).
      if (isEnumType(type)) expect(Number(maximum)).toBe(type.getValues().length)
      else expect(maximum).toBeDefined()
    },
  )
})
