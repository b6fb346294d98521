import { describe, expect, it } from '@jest/globals'
import {
  type GraphQLInputType,
  type GraphQLSchema,
  getNullableType,
  graphql,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql'
import { globalId } from '../../chassis/global-ids.ts'
import { type IdTypes, readIdTypes } from '../../chassis/graphql/id-types.ts'
import { sdlOf, subgraphSchema } from '../../chassis/graphql/schema.ts'
import { translateIds } from '../../chassis/graphql/translate-ids.ts'
import { newId } from '../../chassis/ids.ts'
import { CONTEXTS } from '../../scripts/contexts.mjs'

const sdl = (name: string) => new URL(`../../subgraphs/${name}/inbound/graphql/${name}.graphql`, import.meta.url)
const typeOf = ({ type }: { type: string }) => type

/** A context's schema, whose commands are not reached. */
function schemaOf(name: string): GraphQLSchema {
  const bare = subgraphSchema(sdlOf(sdl(name)), {})
  const commands = Object.keys(bare.getMutationType()?.getFields() ?? {})
  const results = Object.values(bare.getTypeMap()).filter(({ name }) => name.endsWith('Result'))
  const schema = subgraphSchema(sdlOf(sdl(name)), {
    Mutation: Object.fromEntries(commands.map((command) => [command, () => ({ type: 'Reached' })])),
    ...Object.fromEntries(results.map((result) => [result.name, { __resolveType: typeOf }])),
  })
  translateIds(schema)
  return schema
}

type IdAt = { path: string[]; of: string }

const SCALARS: { [type: string]: unknown } = { Int: 1, Boolean: true, LocalTime: '09:00', Date: '2026-05-08' }

/** A value of an input type, and where in it ids of entities are. */
function inputValue(
  declared: GraphQLInputType,
  coordinate: string,
  path: string[],
  ids: IdTypes,
  found: IdAt[],
): unknown {
  const type = getNullableType(declared)
  if (isListType(type)) return [inputValue(type.ofType, coordinate, [...path, '0'], ids, found)]
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter((field) => isNonNullType(field.type))
    return Object.fromEntries(
      fields.map((field) => [
        field.name,
        inputValue(field.type, `${type.name}.${field.name}`, [...path, field.name], ids, found),
      ]),
    )
  }
  if (isEnumType(type)) return type.getValues()[0]?.value
  const of = ids.ofInput(coordinate)
  if (of === undefined) return SCALARS[type.name] ?? 'x'
  found.push({ path, of })
  return globalId(of, newId())
}

/** The value with another one at a path. */
function replaced(value: unknown, [key, ...path]: string[], by: string): unknown {
  if (key === undefined) return by
  if (Array.isArray(value)) return value.map((each, index) => (`${index}` === key ? replaced(each, path, by) : each))
  const object = value as Record<string, unknown> // as inputValue has made it
  return { ...object, [key]: replaced(object[key], path, by) }
}

const commands = CONTEXTS.flatMap((context) => {
  const schema = schemaOf(context)
  const ids = readIdTypes(schema)
  return Object.values(schema.getMutationType()?.getFields() ?? {}).flatMap(({ name, args: [input] }) => {
    const found: IdAt[] = []
    const value = input && inputValue(input.type, '', [], ids, found)
    return found.map(({ path, of }) => ({ schema, name, type: `${input?.type}`, value, path, of }))
  })
})

it('there are commands that take ids', () => {
  expect(commands.length).toBeGreaterThan(10)
})

describe.each(commands.map((each) => [`${each.name}: ${each.path.join('.')}`, each] as const))('%s', (_, command) => {
  const { schema, name, type, value, path, of } = command
  const answer = async (id: string) => {
    const source = `mutation ($input: ${type}) { ${name}(input: $input) { __typename ... on Failure { message } } }`
    const variableValues = { input: replaced(value, path, id) }
    const { data } = await graphql({ schema, source, variableValues })
    return data?.[name]
  }

  it('refuses the id of another type with a message that names both', async () => {
    const other = of === 'Payment' ? 'Delivery' : 'Payment'
    const failure = await answer(globalId(other, newId()))
    const needed = `${/^[AEIO]/.test(of) ? 'an' : 'a'} ${of}'s`
    expect(failure).toMatchObject({
      __typename: expect.stringMatching(/^(InvalidInput|NotFound)$/),
      message: `${path.join('.')}: This is a ${other}'s id; ${needed} is needed.`,
    })
  })

  it('refuses a UUID', async () => {
    expect(await answer(newId())).toMatchObject({ message: expect.stringContaining('not an id of this API') })
  })
})
