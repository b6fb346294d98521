import type { FetchDataRewrite, QueryPlanSelectionNode } from '@apollo/query-planner'
import { describe, expect, it } from '@jest/globals'
import { buildSchema } from 'graphql'
import { type ArgumentAliases, NO_ARGUMENT_ALIASES } from '../compile/argument-aliases.ts'
import {
  type CompiledRepresentation,
  compileRequires,
  typenameSettersOf,
  unneededRequirements,
} from '../compile/required-selections.ts'
import { parseOperation } from '../selection/normal-form.ts'
import { createBatch, represent } from './representations.ts'

const schema = buildSchema(`
  type Query { a: Int }
  interface Show { id: ID }
  type Movie implements Show { id: ID }
  type Series implements Show { id: ID }`)

const fields = (...names: string[]): QueryPlanSelectionNode[] => names.map((name) => ({ kind: 'Field', name }))
const on = (typeCondition: string, ...selections: QueryPlanSelectionNode[]): QueryPlanSelectionNode => ({
  kind: 'InlineFragment',
  typeCondition,
  selections,
})
const representation = (
  requires: QueryPlanSelectionNode[],
  rewrites: FetchDataRewrite[] = [],
  aliases: ArgumentAliases = NO_ARGUMENT_ALIASES,
): CompiledRepresentation => ({
  schema,
  requires: compileRequires(requires, aliases),
  typenameSetters: typenameSettersOf(rewrites),
  typenameKeys: new Set(),
  byType: new Map(),
  fetchCount: 1,
})
const parsed = (json: string | null) => json && JSON.parse(json)

describe('a representation', () => {
  const key = representation([
    on('Movie', ...fields('__typename', 'id')),
    on('Series', ...fields('__typename', 'number')),
  ])

  it('has the required fields of its type, and no others', () => {
    expect(represent({ __typename: 'Movie', id: '"1"', title: 'M' }, key)).toBe('{"__typename":"Movie","id":"\\"1\\""}')
    expect(parsed(represent({ __typename: 'Series', id: '1', number: 7 }, key))).toEqual({
      __typename: 'Series',
      number: 7,
    })
  })

  it('is none where the type is another or not known, or something is not known', () => {
    for (const entity of [
      { __typename: 'Query', id: '1' },
      { id: '1' },
      { __typename: 'Movie' },
      { __typename: 7, id: '1' },
    ]) {
      expect(represent(entity, key)).toBeNull()
    }
    expect(parsed(represent({ __typename: 'Movie', id: null }, key))).toEqual({ __typename: 'Movie', id: null })
  })

  it('does not contain inherited properties', () => {
    expect(
      represent({ __typename: 'Movie' }, representation([on('Movie', ...fields('__typename', 'toString'))])),
    ).toBeNull()
  })

  it('has the interface as its type if the subgraph knows only that', () => {
    const rewrites: FetchDataRewrite[] = [
      { kind: 'ValueSetter', path: ['... on Movie', '__typename'], setValueTo: 'Show' },
    ]
    const both = representation([on('Show', ...fields('__typename', 'id'))], rewrites)
    expect(represent({ __typename: 'Movie', id: '1' }, both)).toBe('{"__typename":"Show","id":"1"}')
    expect(represent({ __typename: 'Series', id: '1' }, both)).toBe('{"__typename":"Series","id":"1"}')
  })

  it('has the required parts of objects and lists, and is not sent if one is missing', () => {
    const deep = representation([
      on('Movie', ...fields('__typename'), {
        kind: 'Field',
        name: 'cast',
        selections: [on('Movie', ...fields('id')), ...fields('name')],
      }),
    ])
    const movie = (cast: unknown) => ({ __typename: 'Movie', cast })
    const member = { __typename: 'Movie', id: '2', name: 'x', age: 1 }
    expect(parsed(represent(movie([member, null, [member]]), deep))).toEqual(
      movie([{ id: '2', name: 'x' }, null, [{ id: '2', name: 'x' }]]),
    )
    expect(represent(movie([{ id: '2' }]), deep)).toBeNull()
  })

  it('may lack a field that only other fields require', () => {
    const requiredFields = new Map([
      ['shop.Movie.fee', ['weight']],
      ['shop.Movie.tax', ['price']],
      ['shop.Movie.duty', ['weight', 'price']],
    ])
    const aliases: ArgumentAliases = { ...NO_ARGUMENT_ALIASES, requiredFields }
    const all = [on('Movie', ...fields('__typename', 'id', 'weight', 'price'))]
    const whichFetches = (selected: string) => {
      const operation = parseOperation(`{ _entities { ... on Movie { ${selected} } } }`)
      const optional = unneededRequirements(operation, 'shop', aliases)
      return { ...representation([]), requires: compileRequires(all, aliases, optional) }
    }
    const movie = { __typename: 'Movie', id: '1', price: 2 }
    expect(parsed(represent(movie, whichFetches('tax')))).toEqual(movie)
    expect(represent(movie, whichFetches('fee tax'))).toBeNull()
    expect(represent(movie, whichFetches('duty'))).toBeNull()
    expect(represent({ ...movie, price: undefined, weight: 1 }, whichFetches('tax'))).toBeNull()
  })

  it('has its type only where that is the key', () => {
    const movie = { __typename: 'Movie' }
    const json = JSON.stringify(movie)
    const typenameKeys = new Set(['Movie'])
    const [named, numbered] = [on('Movie', ...fields('__typename')), on('Series', ...fields('__typename', 'id'))]
    expect(represent(movie, { ...representation([named, numbered]), typenameKeys })).toBe(json)
    expect(represent({ __typename: 'Series' }, { ...representation([named, numbered]), typenameKeys })).toBeNull()
    expect(represent(movie, { ...representation([on('Show', ...fields('__typename')), named]), typenameKeys })).toBe(
      json,
    )
    expect(represent(movie, representation([on('Show', ...fields('__typename'), numbered)]))).toBeNull()
  })

  it('has the original name of an aliased field', () => {
    const aliases: ArgumentAliases = {
      aliases: new Map([['size__0', { field: 'size', arguments: [] }]]),
      requiredAliases: new Map(),
      requiredFields: new Map(),
    }
    const json = represent(
      { __typename: 'Movie', size: 1, size__0: 2 },
      representation([on('Movie', ...fields('__typename', 'size__0'))], [], aliases),
    )
    expect(parsed(json)).toEqual({ __typename: 'Movie', size: 2 })
  })
})

it('a batch has each distinct entity once, with the objects it stands for', () => {
  const objects = ['1', '2', '1', undefined].map((id) => ({ __typename: 'Movie', ...(id && { id }) }))
  const { representations, targets } = createBatch(
    objects,
    representation([on('Movie', ...fields('__typename', 'id'))]),
  )
  expect(JSON.parse(`[${representations}]`).map(({ id }: { id: string }) => id)).toEqual(['1', '2'])
  expect(targets.map((each) => each.map((object) => objects.indexOf(object as never)))).toEqual([[0, 2], [1]])
})
