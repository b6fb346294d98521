import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { buildClientSchema, getIntrospectionQuery, type IntrospectionQuery, printSchema } from 'graphql'
import { library } from '../testing/library.ts'
import { startTestRouter } from '../testing/router.ts'

let router: Awaited<ReturnType<typeof startTestRouter>>
beforeAll(async () => {
  router = await startTestRouter(library)
})
afterAll(() => router.close())
beforeEach(() => {
  for (const { name } of library) {
    router.subgraph(name).behave('right')
    router.subgraph(name).requests.length = 0
  }
})

describe('an operation over several subgraphs', () => {
  it('joins an entity’s fields from several subgraphs, with one request to each', async () => {
    const answer = await router.query('{ books { title rating copies reviews { text } } }')
    expect(answer).toEqual({
      data: {
        books: [
          { title: 'Emma', rating: 4.5, copies: 1, reviews: [{ text: 'About b1' }] },
          { title: 'Faust', rating: 3, copies: 2, reviews: [{ text: 'About b2' }] },
        ],
      },
    })
    expect(library.map(({ name }) => router.subgraph(name).requests.length)).toEqual([1, 1, 1])
  })

  it('takes variables, defaults, aliases, fragments and conditions', async () => {
    const source = `query ($n: Int = 1, $id: ID!, $with: Boolean!) {
      some: books(first: $n) { ...names }
      one: book(id: $id) { ...names copies @include(if: $with) left: copies @skip(if: $with) }
    }
    fragment names on Book { name: title id }`
    const answer = await router.query(source, { id: 'b2', with: false })
    expect(answer.data).toEqual({ some: [{ name: 'Emma', id: 'b1' }], one: { name: 'Faust', id: 'b2', left: 2 } })
    const other = await router.query(source, { n: 0, id: 'b1', with: true })
    expect(other.data).toEqual({ some: [], one: { name: 'Emma', id: 'b1', copies: 1 } })
  })

  it('fetches fields that another subgraph’s field requires, and does not return them', async () => {
    const answer = await router.query('{ latest { book { postage } } }')
    expect(answer).toEqual({ data: { latest: [{ book: { postage: 400 } }] } })
  })

  it('answers interfaces and unions by their members', async () => {
    const answer = await router.query(`{
      search(text: "m") { __typename title ... on Book { rating } ... on Film { minutes } }
      all { ... on Work { id } ... on Book { copies } }
    }`)
    expect(answer.errors).toBeUndefined()
    expect(answer.data).toEqual({
      search: [{ __typename: 'Book', title: 'Emma', rating: 4.5 }],
      all: [{ id: 'b1', copies: 1 }, { id: 'f1' }, { id: 'b2', copies: 2 }],
    })
  })

  it('merges a field that two subgraphs share', async () => {
    const answer = await router.query('{ library { name size rooms } }')
    expect(answer).toEqual({ data: { library: { name: 'Old', size: 3, rooms: 7 } } })
  })

  it('runs mutations one after the other and completes their results', async () => {
    const answer = await router.query(
      'mutation ($book: NewBook!) { addBook(book: $book) { id title weight } review(bookId: "b1", text: "!") { text book { title } } }',
      { book: { title: 'Dubliners' } },
    )
    expect(answer).toEqual({
      data: {
        addBook: { id: 'b9', title: 'Dubliners', weight: 100 },
        review: { text: '!', book: { title: 'Emma' } },
      },
    })
  })

  it('answers introspection, without inaccessible elements', async () => {
    const answer = await router.query(getIntrospectionQuery())
    const sdl = printSchema(buildClientSchema(answer.data as unknown as IntrospectionQuery)) // the shape that the query selects
    expect(sdl).toContain('type Book implements Work')
    expect(sdl).not.toContain('shelfMark')
    expect(sdl).not.toContain('join__')
  })

  it('answers __typename and introspection beside data', async () => {
    const answer = await router.query('{ __typename hours __type(name: "Book") { name } }')
    expect(answer).toEqual({ data: { __typename: 'Query', hours: '9-17', __type: { name: 'Book' } } })
  })

  it.each([
    ['a variable of the wrong type', 'query ($n: Int) { books(first: $n) { id } }', { n: 'many' }, 'BAD_USER_INPUT'],
    ['a missing variable', 'query ($id: ID!) { book(id: $id) { id } }', {}, 'BAD_USER_INPUT'],
    ['an unknown field', '{ nobody }', {}, 'GRAPHQL_VALIDATION_FAILED'],
    ['what is inaccessible', '{ books { shelfMark } }', {}, 'GRAPHQL_VALIDATION_FAILED'],
    ['what is no GraphQL', '{ books', {}, 'GRAPHQL_PARSE_FAILED'],
  ])('refuses %s before any subgraph is called', async (_, source, variables, errorCode) => {
    const body = JSON.stringify({ query: source, variables })
    const response = await router.post(body, { accept: 'application/graphql-response+json' })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: errorCode } }] })
    expect(library.flatMap(({ name }) => router.subgraph(name).requests)).toEqual([])
  })
})
