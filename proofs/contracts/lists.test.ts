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

/** What the supergraph declares of a field's size, for the router's costs. */
function sizeOf(type: string, field: string): Size | undefined {
  const directive = supergraph.getDirective('listSize')
  const found = supergraph.getType(type)
  const node = isObjectType(found) || isInterfaceType(found) ? found.getFields()[field]?.astNode : undefined
  return directive && node ? (getDirectiveValues(directive, node) as Size | undefined) : undefined
}

const declaredMaximum = /\b(?:at most|\d+ to) ([\d,]+)\b/i

describe('a list that is answered', () => {
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
    '%s is as long as its argument says',
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

describe('a list that is asked', () => {
  const inputs = [
    ...allFields.flatMap(({ name, field }) => field.args.map((one) => ({ of: `${name}.${field.name}`, one }))),
    ...Object.values(api.getTypeMap()).flatMap((type) =>
      isInputObjectType(type) ? Object.values(type.getFields()).map((one) => ({ of: type.name, one })) : [],
    ),
  ].filter(({ one }) => isList(one))

  it('is there at all', () => {
    expect(inputs.map(({ of, one }) => `${of} ${one.name}`)).toContain('PlaceOrderInput lines')
  })

  it.each(inputs.map(({ of, one }) => [`${of} ${one.name}`, one] as const))('%s says how long it may be', (_, one) => {
    const [, most] = declaredMaximum.exec(one.description ?? '') ?? []
    const type = getNamedType(one.type)
    // The chassis sees to it that a list of an enum's values is a set of them (list-arguments.ts).
    if (isEnumType(type)) expect(Number(most)).toBe(type.getValues().length)
    else expect(most).toBeDefined()
  })
})
