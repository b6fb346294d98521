import { describe, expect, it } from '@jest/globals'
import { buildSchema } from 'graphql'
import { enforceShape, fetchedFieldsOf, isSelectedOn, selectFieldsToCheck } from '../compile/response-shape.ts'
import type { Json } from '../selection/json.ts'
import { parseOperation } from '../selection/normal-form.ts'
import { merge } from './merge.ts'

const schema = buildSchema(`
  schema { query: Query mutation: Mutation }
  type Query { books: [Book], matrix: [[Int]], node: Node }
  type Mutation { done: Done }
  type Done { query: Query }
  interface Node { id: ID }
  type Book implements Node { id: ID, author: Author, tags: [String] }
  type Author { name: String, born: Int }`)

const shape = (source: string, root = 'Query') => fetchedFieldsOf(parseOperation(source).selectionSet, root, schema)

describe("a fetch's data", () => {
  const fields = shape('{ books { id author { name born } tags } node { __typename id } }')
  const merged = (target: Json, source: Json) => {
    merge(target, source, fields, schema)
    return target
  }

  it('are merged into objects, and into lists member by member', () => {
    const tree = merged(
      { books: [{ id: '1', author: { name: 'A' } }, null] },
      { books: [{ author: { born: 1 } }, { id: '2' }] },
    )
    expect(tree).toEqual({ books: [{ id: '1', author: { name: 'A', born: 1 } }, { id: '2' }] })
  })

  it('do not replace values by null, nor add unselected fields', () => {
    expect(merged({ books: [{ id: '1' }] }, { books: null, other: 1 })).toEqual({ books: [{ id: '1' }] })
  })

  it('replace a list of another length, or a value of another form', () => {
    expect(merged({ books: [{ id: '1' }] }, { books: [] })).toEqual({ books: [] })
    expect(merged({ node: [] }, { node: { id: '1' } })).toEqual({ node: { id: '1' } })
  })

  it('prefer the name of an object type to that of an interface', () => {
    const book = { node: { __typename: 'Book' } }
    expect(merged({ node: { __typename: 'Book' } }, { node: { __typename: 'Node' } })).toEqual(book)
    expect(merged({ node: { __typename: 'Node' } }, { node: { __typename: 'Book' } })).toEqual(book)
  })
})

describe('an answer of the wrong shape', () => {
  it.each<[string, Json, Json, unknown]>([
    ['{ books { id } }', { books: { id: '1' } }, { books: null }, [['books']]],
    [
      '{ books { id author { name } } }',
      { books: [{ author: 'A' }, 'b'] },
      { books: [{ author: null }, null] },
      [
        ['books', 0, 'author'],
        ['books', 1],
      ],
    ],
    ['{ matrix }', { matrix: [[1], 2] }, { matrix: [[1], null] }, [['matrix', 1]]],
    ['{ node { id } }', { node: { __typename: 7 } }, { node: null }, [['node']]],
    ['{ node { id } }', { node: null }, { node: null }, null],
  ])('has null at the invalid paths: %s', (source, data, expected, invalidPaths) => {
    expect(enforceShape(data, selectFieldsToCheck(shape(source)))).toEqual(invalidPaths)
    expect(data).toEqual(expected)
  })

  it("has root types renamed to the supergraph's names", () => {
    const data = { done: { query: { __typename: 'Root' } } }
    enforceShape(data, selectFieldsToCheck(shape('{ done { query { __typename } } }', 'Mutation')))
    expect(data).toEqual({ done: { query: { __typename: 'Query' } } })
  })

  it('has aliased fields renamed', () => {
    const fields = shape('{ x__alias_0: books { id } }')
    for (const field of fields) field.name = 'x'
    const data: Json = { x__alias_0: [] }
    enforceShape(data, selectFieldsToCheck(fields))
    expect(data).toEqual({ x: [] })
  })
})

it('a fetched field knows the types it was selected on', () => {
  const [node] = shape('{ node { ... on Book { tags } ... on Node { id ... on Author { name } } } }')
  const selectedOn = (typename: string | undefined) =>
    node?.fields?.filter((field) => isSelectedOn(field, typename, schema)).map(({ responseName }) => responseName)
  expect([selectedOn('Book'), selectedOn('Author'), selectedOn(undefined)]).toEqual([
    ['tags', 'id'],
    [],
    ['tags', 'id', 'name'],
  ])
})
