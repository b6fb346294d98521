import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { library } from './testing/library.ts'
import { startTestRouter } from './testing/router.ts'
import type { Behaviour } from './testing/subgraph.ts'

let router: Awaited<ReturnType<typeof startTestRouter>>
beforeAll(async () => {
  router = await startTestRouter(library)
})
afterAll(() => router.close())
beforeEach(() => {
  for (const { name } of library) router.subgraph(name).behave('right')
})

const says = (text: string, status = 200): Behaviour => ({ status, text })
const unavailable = (service: string, path: unknown[]) => ({
  message: `The ${service} service did not answer.`,
  path,
  extensions: { code: 'SUBGRAPH_UNAVAILABLE', service },
})
const invalid = (service: string, path: unknown[]) => ({
  message: `The ${service} service gave an invalid response.`,
  path,
  extensions: { code: 'SUBGRAPH_INVALID_ANSWER', service },
})

describe('a subgraph that fails costs its own fields only', () => {
  const books = [
    { title: 'Emma', copies: null },
    { title: 'Faust', copies: null },
  ]
  const paths = [
    ['books', 0, 'copies'],
    ['books', 1, 'copies'],
  ]

  it.each<[string, Behaviour, typeof unavailable]>([
    ['never answers', 'hang', unavailable],
    ['answers 503', says('<html>', 503), unavailable],
    ['answers HTML', says('<html>'), invalid],
    ['answers nothing', says(''), invalid],
    ['answers a list', says('[]'), invalid],
    ['answers data that is no object', says('{"data":"yes"}'), invalid],
    ['answers null and no error', says('{"data":null}'), invalid],
    ['answers too few entities', says('{"data":{"_entities":[]}}'), invalid],
    ['answers no list of entities', says('{"data":{"_entities":{"copies":1}}}'), invalid],
    ['answers strings for entities', says('{"data":{"_entities":["a","b"]}}'), invalid],
  ])('one that %s', async (_, behaviour, error) => {
    router.subgraph('stock').behave(behaviour)
    const answer = await router.query('{ books { title copies } }')
    expect(answer.data).toEqual({ books })
    // A member of _entities that is not an object is reported at the entity.
    const errorPaths = answer.errors?.map(({ path }) => path)
    expect(answer.errors).toEqual(
      (errorPaths?.[0]?.length === 2 ? errorPaths : paths).map((path) => error('stock', path as unknown[])),
    )
    expect(errorPaths).toHaveLength(2)
  })

  it('one that is stopped', async () => {
    const other = await startTestRouter(library)
    await other.subgraph('stock').close()
    const answer = await other.query('{ open: hours books { title copies } }')
    await other.close()
    expect(answer.data).toEqual({ open: null, books })
    // Each was fetched twice, so their order is random.
    expect(answer.errors).toHaveLength(1 + paths.length)
    for (const path of [['open'], ...paths]) expect(answer.errors).toContainEqual(unavailable('stock', path))
  })

  it('at root fields, each reported by its response name', async () => {
    router.subgraph('stock').behave('hang')
    const answer = await router.query('{ when: hours hours books(first: 1) { id } }')
    expect(answer.data).toEqual({ when: null, hours: null, books: [{ id: 'b1' }] })
    expect(answer.errors).toEqual([unavailable('stock', ['when']), unavailable('stock', ['hours'])])
  })

  it('at a field that must not be null: its nearest nullable parent is null', async () => {
    router.subgraph('my-reviews').behave('hang')
    const answer = await router.query('{ books { title rating } hours }')
    expect(answer.data).toEqual({ books: [null, null], hours: '9-17' })
    expect(answer.errors).toEqual([0, 1].map((i) => unavailable('my-reviews', ['books', i, 'rating'])))
  })

  it('at a root field that must not be null: there is no data', async () => {
    router.subgraph('stock').behave('hang')
    const answer = await router.query('{ open books { title } }')
    expect(answer.data).toBeNull()
    expect(answer.errors).toEqual([unavailable('stock', ['open'])])
  })

  it('at the fields that require the missing data', async () => {
    router.subgraph('catalog').behave('hang')
    const answer = await router.query('{ latest { book { id postage } } }')
    expect(answer.data).toEqual({ latest: [{ book: { id: 'b2', postage: null } }] })
    expect(answer.errors).toEqual([unavailable('catalog', ['latest', 0, 'book', 'postage'])])
  })

  it('only at entities of the types that were fetched', async () => {
    router.subgraph('my-reviews').behave('hang')
    const answer = await router.query('{ all { ... on Film { title } ... on Book { title reviews { text } } } }')
    expect(answer.data).toEqual({
      all: [{ title: 'Emma', reviews: null }, { title: 'Metropolis' }, { title: 'Faust', reviews: null }],
    })
    expect(answer.errors).toEqual([0, 2].map((i) => unavailable('my-reviews', ['all', i, 'reviews'])))
  })

  it('not at fields that the client excluded by a condition', async () => {
    router.subgraph('stock').behave('hang')
    const source = 'query ($no: Boolean = false) { books(first: 1) { title copies @include(if: $no) postage } }'
    const answer = await router.query(source)
    expect(answer.data).toEqual({ books: [{ title: 'Emma', postage: null }] })
    expect(answer.errors).toEqual([unavailable('stock', ['books', 0, 'postage'])])
  })

  it('in a mutation, whose other fields are done', async () => {
    router.subgraph('my-reviews').behave(says('oops', 500))
    const answer = await router.query(
      'mutation { review(bookId: "b1", text: "!") { text } addBook(book: { title: "X" }) { id } }',
    )
    expect(answer.data).toEqual({ review: null, addBook: { id: 'b9' } })
    expect(answer.errors).toEqual([unavailable('my-reviews', ['review'])])
  })

  it('at the value that has the wrong shape', async () => {
    router.subgraph('catalog').behave(says('{"data":{"books":{"id":"b1"},"library":[1],"all":[{"__typename":7}]}}'))
    const answer = await router.query('{ books { id } hours library { size } }')
    expect(answer.data).toEqual({ books: null, hours: '9-17', library: null })
    expect(answer.errors).toEqual([invalid('catalog', ['books']), invalid('catalog', ['library'])])
  })

  it('and is logged with the place and the id of the request', async () => {
    router.subgraph('catalog').behave(says('{"data":{"books":{"id":"b1"}}}'))
    const response = await router.post('{"query":"{ books { id } }"}')
    await response.text()
    const line = JSON.parse(router.lines.findLast((each) => each.includes('answer of the wrong shape')) ?? '{}')
    const requestId = response.headers.get('x-request-id')
    expect(line).toMatchObject({ subgraph: 'catalog', at: ['books'], places: 1, requestId })
  })
})

describe('an error a subgraph tells', () => {
  it('is passed on with its message and path, and nothing else', async () => {
    const text = JSON.stringify({
      data: { book: null },
      errors: [
        { message: 'Not yours.', path: ['book'], extensions: { code: 'FORBIDDEN', stacktrace: ['at secret.ts'] } },
      ],
    })
    router.subgraph('catalog').behave(says(text))
    const answer = await router.query('{ book(id: "b1") { id } }')
    expect(answer).toEqual({
      data: { book: null },
      errors: [{ message: 'Not yours.', path: ['book'], extensions: { code: 'FORBIDDEN', service: 'catalog' } }],
    })
  })

  it.each([
    [2, { retryAfter: 2 }],
    ['2', {}],
    [-1, {}],
  ])('is passed on with retryAfter, if that is a number of seconds: %j', async (retryAfter, extensions) => {
    const error = { message: 'Not now.', path: ['book'], extensions: { code: 'SERVICE_UNAVAILABLE', retryAfter } }
    router.subgraph('catalog').behave(says(JSON.stringify({ data: { book: null }, errors: [error] })))
    const answer = await router.query('{ book(id: "b1") { id } }')
    expect(answer).toEqual({
      data: { book: null },
      errors: [
        {
          message: 'Not now.',
          path: ['book'],
          extensions: { code: 'SERVICE_UNAVAILABLE', service: 'catalog', ...extensions },
        },
      ],
    })
  })

  it('of a root field has the path the client knows', async () => {
    const answer = await router.query('{ it: book(id: "broken") { id } }')
    expect(answer.errors).toEqual([
      { message: 'The shelf fell over.', path: ['it'], extensions: { code: 'SUBGRAPH_ERROR', service: 'catalog' } },
    ])
  })

  it('of one entity has the path of that entity, though not every object was fetched', async () => {
    const answer = await router.query('{ all { ... on Book { reviews { by: author } } ... on Film { copies } } }')
    expect(answer.data).toEqual({
      all: [{ reviews: [{ by: 'Ann' }] }, { copies: null }, { reviews: [{ by: null }] }],
    })
    expect(answer.errors?.map(({ path, message }) => ({ path, message }))).toEqual(
      expect.arrayContaining([
        { path: ['all', 2, 'reviews', 0, 'by'], message: 'The author wants to stay unknown.' },
        { path: ['all', 1, 'copies'], message: 'The reel is being mended.' },
      ]),
    )
  })

  it('without a path and without data concerns everything that was fetched', async () => {
    router.subgraph('stock').behave(says('{"errors":[{"message":"Not signed."},{"message":"Nor dated."}]}', 401))
    const answer = await router.query('{ books(first: 1) { title copies } }')
    expect(answer.data).toEqual({ books: [{ title: 'Emma', copies: null }] })
    expect(answer.errors).toEqual([
      {
        message: 'Not signed.',
        path: ['books', 0, 'copies'],
        extensions: { code: 'SUBGRAPH_ERROR', service: 'stock' },
      },
    ])
  })

  it('of a field that only the plan selected is reported at the fields that require it', async () => {
    const error = { message: 'No scales.', path: ['_entities', 0, 'weight'] }
    router
      .subgraph('catalog')
      .behave(says(JSON.stringify({ data: { _entities: [{ weight: null }] }, errors: [error] })))
    const answer = await router.query('{ latest { book { postage } } }')
    expect(answer.errors).toMatchObject([{ message: 'No scales.', path: ['latest', 0, 'book'] }])
  })

  it('is created for a null in a non-nullable field', async () => {
    router.subgraph('stock').behave(says('{"data":{"open":null}}'))
    const answer = await router.query('{ open }')
    expect(answer.data).toBeNull()
    expect(answer.errors).toMatchObject([{ path: ['open'], extensions: { code: 'SUBGRAPH_INVALID_ANSWER' } }])
  })
})
