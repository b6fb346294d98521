import { beforeEach, expect, it } from '@jest/globals'
import { bothExecutors, LINK, reference } from './testing/both-executors.ts'

const users = ['1', '2'].map((id) => ({ __typename: id === '1' ? 'Admin' : 'Guest', id, name: `n${id}` }))

/** `greeting` requires a name, `badge` a rank from another subgraph, `notes` nothing. */
const accounts = bothExecutors([
  {
    name: 'accounts',
    typeDefs: `${LINK}
      type Query { users: [Account!]! }
      interface Account @key(fields: "id") { id: ID!, name: String }
      type Admin implements Account @key(fields: "id") { id: ID!, name: String }
      type Guest implements Account @key(fields: "id") { id: ID!, name: String }`,
    resolvers: { Query: { users: () => users } },
  },
  {
    name: 'ranks',
    typeDefs: `${LINK} type Account @key(fields: "id") @interfaceObject { id: ID!, rank: Int }`,
    resolvers: { Account: { ...reference, rank: ({ id }: { id: string }) => Number(id) * 10 } },
  },
  {
    name: 'posts',
    typeDefs: `${LINK}
      type Account @key(fields: "id") @interfaceObject {
        id: ID!
        name: String @external
        rank: Int @external
        notes(upTo: Int): String
        greeting: String @requires(fields: "name")
        badge(in: String): String @requires(fields: "rank")
      }`,
    resolvers: {
      Account: {
        ...reference,
        notes: ({ id }: { id: string }, { upTo }: { upTo?: number }) => (upTo === 0 ? null : `notes of ${id}`),
        greeting: ({ name }: { name: string }) => `Dear ${name}`,
        badge: ({ rank }: { rank: number }, { in: colour }: { in: string }) => `${colour} ${rank}`,
      },
    },
  },
])
beforeEach(() => {
  accounts.override(() => undefined)
  accounts.sent.length = 0
})

it('a field without requirements is fetched even if the object lacks what a field on other types requires', async () => {
  const source = '{ users { ... on Admin { greeting } notes } }'
  const right = { users: [{ greeting: 'Dear n1', notes: 'notes of 1' }, { notes: 'notes of 2' }] }
  expect(await accounts.ours(source)).toEqual({ data: right })
  expect((await accounts.theirs(source)).data).not.toEqual(right)
})

it('fields with different requirements share a request if all are met', async () => {
  await accounts.ours('{ users { greeting notes } }')
  expect(accounts.sent.map(({ service }) => service)).toEqual(['accounts', 'posts'])
})

it('a failed fetch affects only the fields that require it', async () => {
  accounts.override((service) => (service === 'ranks' ? { failure: 'unavailable', cause: '' } : undefined))
  const source = 'query ($in: String, $n: Int) { users { greeting badge(in: $in) notes(upTo: $n) } }'
  const answer = await accounts.ours(source, { in: 'blue', n: 0 })
  const partial = (name: string) => ({ greeting: `Dear ${name}`, badge: null, notes: null })
  expect(answer.data).toEqual({ users: [partial('n1'), partial('n2')] })
  expect(answer.errors?.map(({ path }) => path?.join('.'))).toEqual(['users.0.badge', 'users.1.badge'])
})

it('one response name may stand for different fields or arguments on different types', async () => {
  const source = `{ users {
    ... on Admin { x: badge(in: "red") notes(upTo: 0) } ... on Guest { x: badge(in: "blue") notes: greeting }
  } }`
  const users = [
    { x: 'red 10', notes: null },
    { x: 'blue 20', notes: 'Dear n2' },
  ]
  expect(await accounts.ours(source)).toEqual({ data: { users } })
})

it('no representation is sent without its key, or without what any fetched field requires', async () => {
  const source = '{ users { ... on Guest { notes } ... on Guest { greeting } } }'
  expect(await accounts.ours(source)).toEqual({ data: { users: [{}, { notes: 'notes of 2', greeting: 'Dear n2' }] } })
  const asked = accounts.sent.filter(({ service }) => service === 'posts').map(({ body }) => JSON.parse(body))
  expect(asked.flatMap(({ variables }) => variables.representations)).toEqual([
    { __typename: 'Account', id: '2', name: 'n2' },
  ])
})

it.each([
  ['no key of its own', '{ users { ... on Admin { greeting } ... on Guest { name } } }', { name: 'n2' }],
  [
    'no type that the subgraph knows',
    '{ users { ... on Admin { greeting } ... on Guest { id name } } }',
    { id: '2', name: 'n2' },
  ],
])('an object that has a field required on other types, but %s, is not sent', async (_, source, guest) => {
  expect(await accounts.ours(source)).toEqual({ data: { users: [{ greeting: 'Dear n1' }, guest] } })
  const asked = accounts.sent.filter(({ service }) => service === 'posts').map(({ body }) => JSON.parse(body))
  expect(asked.flatMap(({ variables }) => variables.representations)).toEqual([
    { __typename: 'Account', id: '1', name: 'n1' },
  ])
})
