import { buildSubgraph } from '@apollo/federation-internals'
import type { FetchDataRewrite, QueryPlanSelectionNode } from '@apollo/query-planner'
import { describe, expect, it } from '@jest/globals'
import { buildSchema } from 'graphql'
import { type ArgumentAliases, NO_ARGUMENT_ALIASES } from '../compile/argument-aliases.ts'
import {
  type CompiledRepresentation,
  compileRequires,
  keysIn,
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
const subgraph = buildSubgraph(
  'shows',
  '',
  `type Query { a: Int }
  interface Show @key(fields: "id") { id: ID, place: Place }
  type Movie implements Show @key(fields: "id") @key(fields: "place { x }", resolvable: false) @key(fields: "place { y } number") @key(fields: "__typename") {
    id: ID, number: Int, place: Place
  }
  type Series implements Show @key(fields: "number") @key(fields: "id") { id: ID, number: Int, place: Place }
  type Place { x: Int, y: Int }`,
)
const representation = (
  requires: QueryPlanSelectionNode[],
  {
    rewrites = [],
    aliases = NO_ARGUMENT_ALIASES,
    optional,
  }: { rewrites?: FetchDataRewrite[]; aliases?: ArgumentAliases; optional?: ReadonlySet<string> } = {},
): CompiledRepresentation => {
  const required = {
    schema,
    requires: compileRequires(requires, aliases, optional),
    typenameSetters: typenameSettersOf(rewrites),
  }
  return { ...required, keys: keysIn(required, subgraph.schema), byType: new Map(), fetchCount: 1 }
}
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
      represent({ __typename: 'Movie', id: '1' }, representation([on('Movie', ...fields('id', 'toString'))])),
    ).toBeNull()
  })

  it('has the interface as its type if the subgraph knows only that', () => {
    const rewrites: FetchDataRewrite[] = [
      { kind: 'ValueSetter', path: ['... on Movie', '__typename'], setValueTo: 'Show' },
    ]
    const both = representation([on('Show', ...fields('__typename', 'id'))], { rewrites })
    expect(represent({ __typename: 'Movie', id: '1' }, both)).toBe('{"__typename":"Show","id":"1"}')
    expect(represent({ __typename: 'Series', id: '1' }, both)).toBe('{"__typename":"Series","id":"1"}')
  })

  it('has the required parts of objects and lists, and is not sent if one is missing', () => {
    const deep = representation([
      on('Movie', ...fields('__typename', 'id'), {
        kind: 'Field',
        name: 'cast',
        selections: [on('Movie', ...fields('id')), ...fields('name')],
      }),
    ])
    const movie = (cast: unknown) => ({ __typename: 'Movie', id: '1', cast })
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
      return representation(all, { aliases, optional })
    }
    const movie = { __typename: 'Movie', id: '1', price: 2 }
    expect(parsed(represent(movie, whichFetches('tax')))).toEqual(movie)
    expect(represent(movie, whichFetches('fee tax'))).toBeNull()
    expect(represent(movie, whichFetches('duty'))).toBeNull()
    expect(represent({ ...movie, price: undefined, weight: 1 }, whichFetches('tax'))).toBeNull()
  })

  it('has its type only where that is the key', () => {
    const movie = { __typename: 'Movie' }
    const named = on('Movie', ...fields('__typename'))
    const json = JSON.stringify(movie)
    expect(represent(movie, representation([named, on('Series', ...fields('__typename', 'id'))]))).toBe(json)
    expect(represent(movie, representation([on('Show', ...fields('__typename')), named]))).toBe(json)
    expect(represent({ __typename: 'Series' }, representation([on('Show', ...fields('__typename'))]))).toBeNull()
  })

  describe('is sent only with a key that the subgraph can resolve', () => {
    const place = (...names: string[]): QueryPlanSelectionNode => ({
      kind: 'Field',
      name: 'place',
      selections: fields(...names),
    })
    const movie = { __typename: 'Movie', number: 7, place: { x: 1, y: 2 } }
    const series = { ...movie, __typename: 'Series' }

    it('wholly', () => {
      const sent = { __typename: 'Movie', number: 7, place: { y: 2 } }
      expect(parsed(represent(movie, representation([on('Movie', place('y'), ...fields('number'))])))).toEqual(sent)
      expect(represent(movie, representation([on('Movie', place('x'), ...fields('number'))]))).toBeNull()
      expect(represent(movie, representation([on('Movie', place('y'))]))).toBeNull()
    })

    it('of its own type', () => {
      expect(represent(series, representation([on('Show', ...fields('number'))]))).toBe(
        '{"__typename":"Series","number":7}',
      )
      expect(represent(movie, representation([on('Show', ...fields('number'))]))).toBeNull()
    })

    it('of the type that the subgraph knows', () => {
      const rewrites: FetchDataRewrite[] = [
        { kind: 'ValueSetter', path: ['... on Series', '__typename'], setValueTo: 'Show' },
      ]
      expect(represent(series, representation([on('Series', ...fields('number'))], { rewrites }))).toBeNull()
    })

    it('also if another field, which is not fetched, requires the key', () => {
      const optional = new Set(['number'])
      const numbered = representation([on('Series', ...fields('number', 'place'))], { optional })
      expect(represent({ __typename: 'Series', place: 1 }, numbered)).toBeNull()
      const identified = representation([on('Series', ...fields('number', 'id'))], { optional })
      expect(represent({ __typename: 'Series', id: '1' }, identified)).toBe('{"__typename":"Series","id":"1"}')
    })
  })

  it('has the original name of an aliased field', () => {
    const aliases: ArgumentAliases = {
      aliases: new Map([['size__0', { field: 'size', arguments: [] }]]),
      requiredAliases: new Map(),
      requiredFields: new Map(),
    }
    const json = represent(
      { __typename: 'Movie', id: '1', size: 1, size__0: 2 },
      representation([on('Movie', ...fields('__typename', 'id', 'size__0'))], { aliases }),
    )
    expect(parsed(json)).toEqual({ __typename: 'Movie', id: '1', size: 2 })
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
