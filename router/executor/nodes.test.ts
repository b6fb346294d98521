import { beforeEach, describe, expect, it } from '@jest/globals'
import { globalId } from '../../chassis/global-ids.ts'
import type { Claims } from '../../chassis/signed-context.ts'
import { executorInProcess } from '../testing/in-process.ts'

const link = (names: string) =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${names}])`
const NODE = 'interface Node { id: ID! }'
const uuid = (last: string) => `01900000-0000-7000-8000-0000000000${last}`
const [b1, b2, b3, none] = ['b1', 'b2', 'b3', 'ff'].map((last) => globalId('Book', uuid(last))) as string[]
const [r1, u1] = [globalId('Review', uuid('b1')), globalId('User', uuid('e1'))]

const received: string[] = []
let broken = ''
/** Finds those entities, and records which were requested. */
const found = (name: string, ids: string[]) => async (reference: { id: string }) => {
  if (broken === name) throw new Error(`${name} is broken`)
  received.push(`${name} ${JSON.stringify(reference)}`)
  return ids.includes(reference.id) ? { ...reference } : null
}

const definitions = [
  {
    name: 'router',
    typeDefs: `${link('"@key", "@inaccessible", "@shareable", "@composeDirective"')}
      extend schema @link(url: "https://specs.flower.delivery/node/v1.0", import: ["@node"]) @composeDirective(name: "@node")
      directive @node on FIELD_DEFINITION
      type Query { node(id: ID!): Node @node  nodes(ids: [ID!]!): [Node]! @node }
      ${NODE}
      type Book implements Node @key(fields: "id", resolvable: false) { id: ID! }
      type Review implements Node @key(fields: "id", resolvable: false) { id: ID! }
      type User implements Node @key(fields: "id known", resolvable: false) { id: ID! known: Boolean! @inaccessible @shareable }`,
    resolvers: {},
  },
  {
    name: 'books',
    typeDefs: `${link('"@key", "@authenticated"')} ${NODE}
      type Query { book: Book }
      type Book implements Node @key(fields: "id") { id: ID! title: String! pages: Int secret: String @authenticated }`,
    resolvers: {
      Query: { book: () => ({ id: b1 }) },
      Book: {
        __resolveReference: found('book', [b1, b2] as string[]),
        title: ({ id }: { id: string }) => `title of ${id === b1 ? 'b1' : 'b2'}`,
        pages: () => 7,
        secret: () => 'secret',
      },
    },
  },
  {
    name: 'reviews',
    typeDefs: `${link('"@key", "@authenticated"')} ${NODE}
      type Query { review: Review }
      type Review implements Node @key(fields: "id") @authenticated { id: ID! stars: Int! book: Book }
      type Book @key(fields: "id") { id: ID! review: Review, rating: Int }`,
    resolvers: {
      Query: { review: () => null },
      Review: { __resolveReference: found('review', [r1]), stars: () => 5, book: () => ({ id: b1 }) },
      Book: {
        __resolveReference: found('rating', [b1, b2, b3, none] as string[]),
        rating: () => 4,
        review: () => ({ id: r1 }),
      },
    },
  },
  {
    name: 'users',
    typeDefs: `${link('"@key", "@inaccessible", "@shareable"')} ${NODE}
      type Query { me: User }
      type User implements Node @key(fields: "id known") { id: ID! known: Boolean! @inaccessible @shareable name: String! }`,
    resolvers: {
      Query: { me: () => null },
      User: { __resolveReference: found('user', [u1]), name: () => 'Ann' },
    },
  },
]
const lab = executorInProcess(definitions)
const ann: Claims = { sub: 'ann', roles: [], scopes: [] }
const ask = async (source: string, claims: Claims = ann, variables: Record<string, unknown> = {}) =>
  JSON.parse(JSON.stringify(await lab.query(source, claims, variables)))
beforeEach(() => {
  received.length = 0
  broken = ''
})

describe('node', () => {
  it('answers an entity by its id, in one request to its owner', async () => {
    const query = 'query ($id: ID!) { node(id: $id) { __typename id ... on Book { title pages } } }'
    expect(await ask(query, ann, { id: b1 })).toEqual({
      data: { node: { __typename: 'Book', id: b1, title: 'title of b1', pages: 7 } },
    })
    expect(received).toEqual([`book {"__typename":"Book","id":"${b1}"}`])
  })

  it.each(['__typename', 'id', '... on Book { id }', '... on Review { stars }', '... on Book { rating }'])(
    'asks the owner also where only { %s } is selected',
    async (selection) => {
      const query = `query ($id: ID!) { node(id: $id) { ${selection} } }`
      expect((await ask(query, ann, { id: b2 })).data.node).not.toBeNull()
      expect(received).toContain(`book {"__typename":"Book","id":"${b2}"}`)
      expect(await ask(query, ann, { id: none })).toEqual({ data: { node: null } })
    },
  )

  it('has fields of other subgraphs, from which nothing is told of what does not exist', async () => {
    const query = 'query ($id: ID!) { node(id: $id) { ... on Book { rating review { stars } } } }'
    expect(await ask(query, ann, { id: b1 })).toEqual({ data: { node: { rating: 4, review: { stars: 5 } } } })
    expect(await ask(query, ann, { id: b3 })).toEqual({ data: { node: null } })
  })

  it('is null for what is no id of an entity, and asks nobody', async () => {
    const query = 'query ($id: ID!) { node(id: $id) { id } }'
    for (const id of ['', 'no id', uuid('b1'), globalId('Shelf', uuid('b1')), globalId('Node', uuid('b1')), `${b1}=`])
      expect(await ask(query, ann, { id })).toEqual({ data: { node: null } })
    expect(await ask('{ node(id: 7) { id } }')).toEqual({ data: { node: null } })
    expect(received).toEqual([])
  })

  it.each([
    ['($of: ID = "x") { node(id: $of) { id }', 'node', 'Argument "id" of non-null type "ID!" must not be null.'],
    ['($of: ID = "x") { nodes(ids: [$of]) { id }', 'nodes', 'Argument "ids" has invalid value [$of].'],
  ])('is an error of its own if a variable with a default is null: %s', async (field, name, message) => {
    const answer = await ask(`query ${field} other: node(id: "${b2}") { id } book { title } }`, ann, { of: null })
    const data = { node: null, other: { id: b2 }, book: { title: 'title of b1' } }
    // `nodes` is never null, so all is.
    expect(answer.data).toEqual(name === 'node' ? data : null)
    expect(answer.errors).toMatchObject([{ message, path: [name], extensions: { code: 'BAD_USER_INPUT' } }])
  })

  it('refers to an entity with nothing found out for the caller', async () => {
    expect(await ask('query ($id: ID!) { node(id: $id) { ... on User { name } } }', ann, { id: u1 })).toEqual({
      data: { node: { name: 'Ann' } },
    })
    expect(received).toEqual([`user {"__typename":"User","id":"${u1}","known":false}`])
  })

  it('goes by aliases, literals, defaults and fragments', async () => {
    const query = `query ($id: ID! = "${b2}") {
      a: node(id: "${b1}") { ...N } b: node(id: $id) { ...N } _exists: node(id: $id) { _exists: id }
    } fragment N on Node { ... on Book { _exists: title } key: id ... on Node { __typename } }`
    const book = (id: string | undefined, title: string) => ({ _exists: title, key: id, __typename: 'Book' })
    expect(await ask(query)).toEqual({
      data: { a: book(b1, 'title of b1'), b: book(b2, 'title of b2'), _exists: { _exists: b2 } },
    })
  })

  it('is answered beside other fields, and its types are possible types of Node', async () => {
    const query = `{ book { ... on Node { id } } node(id: "${r1}") { ... on Review { book { title } } }
      __type(name: "Node") { possibleTypes { name } } }`
    expect(await ask(query)).toEqual({
      data: {
        book: { id: b1 },
        node: { book: { title: 'title of b1' } },
        __type: { possibleTypes: [{ name: 'Book' }, { name: 'Review' }, { name: 'User' }] },
      },
    })
  })
})

describe('nodes', () => {
  it('answers a list in the order of the ids, null for what there is not, in one request to each owner', async () => {
    const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Book { title } ... on Review { stars } } }'
    const one = { id: b1, title: 'title of b1' }
    expect(await ask(query, ann, { ids: [b1, r1, none, 'no id', b1, u1] })).toEqual({
      data: { nodes: [one, { id: r1, stars: 5 }, null, null, one, { id: u1 }] },
    })
    expect(received.map((each) => each.split(' ')[0]).sort()).toEqual(['book', 'book', 'review', 'user'])
    expect(await ask(query, ann, { ids: [] })).toEqual({ data: { nodes: [] } })
    expect(await ask(query, ann, { ids: r1 })).toEqual({ data: { nodes: [{ id: r1, stars: 5 }] } })
  })
})

describe('the rights on a node', () => {
  const query =
    'query ($id: ID!) { node(id: $id) { __typename id ... on Book { title secret } ... on Review { stars } } }'

  it('are those of its fields, and only of its own type', async () => {
    const answer = await ask(query, null, { id: b1 })
    expect(answer.data).toEqual({ node: { __typename: 'Book', id: b1, title: 'title of b1', secret: null } })
    expect(answer.errors).toMatchObject([{ path: ['node', 'secret'], extensions: { coordinate: 'Book.secret' } }])
    expect((await ask(query, ann, { id: b1 })).errors).toBeUndefined()
  })

  it.each([
    ['interface', 'type Query { any: Node }'],
    ['union', 'union Any = Review type Query { any: Any }'],
  ])('are those of its id as well where another field returns the %s', async (_, typeDefs) => {
    const Query = { any: () => ({ __typename: 'Review', id: r1 }) }
    const other = executorInProcess(
      definitions.map((each) =>
        each.name === 'reviews'
          ? {
              ...each,
              typeDefs: each.typeDefs.replace('type Query { review: Review }', typeDefs),
              resolvers: { ...each.resolvers, Query },
            }
          : each,
      ),
    )
    const answer = await other.query('{ any { ... on Node { id } } }', null, {})
    expect(answer.data?.any ?? null).toBeNull()
    expect(answer.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED')
    expect((await other.query('{ any { ... on Node { id } } }', ann, {})).data).toEqual({ any: { id: r1 } })
  })

  it('tell nobody by an error whether something exists that its owner does not tell them of', async () => {
    expect(await ask(query, null, { id: none })).toEqual({ data: { node: null } })
  })
})

it('a failing owner is an error, and no answer', async () => {
  broken = 'book'
  const failed = (path: string[]) => [expect.objectContaining({ message: 'book is broken', path })]
  expect(await ask('query ($id: ID!) { node(id: $id) { id } }', ann, { id: b1 })).toEqual({
    data: { node: null },
    errors: failed(['node']),
  })
  const other = await ask('query ($id: ID!) { node(id: $id) { ... on Book { rating title } } }', ann, { id: b1 })
  expect(other).toMatchObject({ data: { node: null }, errors: [{ path: expect.arrayContaining(['node']) }] })
})

describe('a supergraph with @node', () => {
  const changed = (change: (typeDefs: string, name: string) => string) => () =>
    executorInProcess(definitions.map((each) => ({ ...each, typeDefs: change(each.typeDefs, each.name) })))

  it('has no address for the router’s own part', () => {
    expect([...lab.supergraph.subgraphs.keys()]).toEqual(['books', 'reviews', 'users'])
  })

  it.each([
    ['takes no id', (sdl: string) => sdl.replace('node(id: ID!)', 'node(id: Int)')],
    ['returns no interface', (sdl: string) => sdl.replace('): Node @node', '): Book @node')],
    [
      'has an entity without an owner',
      (sdl: string, name: string) => (name === 'users' ? sdl.replace('implements Node ', '') : sdl),
    ],
  ])('cannot be served if it %s', (_, change) => {
    expect(changed(change)).toThrow('cannot be served')
  })
})
