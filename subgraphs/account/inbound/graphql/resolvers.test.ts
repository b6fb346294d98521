import { readFileSync } from 'node:fs'
import { composeServices } from '@apollo/composition'
import { operationFromDocument, Supergraph } from '@apollo/federation-internals'
import { prettyFormatQueryPlan, QueryPlanner } from '@apollo/query-planner'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { describe, expect, it } from '@jest/globals'
import { graphql, parse } from 'graphql'
import type { Claims } from '../../../../chassis/signed-context.ts'
import { keepDemoData } from '../../application/demo.ts'
import { demoUsers } from '../../demo-users.ts'
import { memoryPorts } from '../../testing/memory-ports.ts'
import { contextFrom } from './context.ts'
import { resolvers } from './resolvers.ts'

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')
const common = read('../../../../chassis/graphql/common.graphql')
const typeDefs = parse(`${common}\n${read('./account.graphql')}`)
// The resolvers are typed by code generated from this SDL; Apollo's own type of them is a looser map.
type SchemaModule = Extract<Parameters<typeof buildSubgraphSchema>[0], unknown[]>[number]
const schema = buildSubgraphSchema([{ typeDefs, resolvers } as SchemaModule])

const [lee, hong, , , rider] = demoUsers.map(({ login: _, ...user }) => user)
const claimsOf = (user: typeof lee): Claims => ({ sub: user?.id ?? '', roles: user?.roles ?? [], scopes: [] })

async function ask(claims: Claims, source: string, representations?: object[]) {
  const ports = memoryPorts()
  await keepDemoData(ports, 'demo secret')
  const contextValue = contextFrom(ports.users)(claims)
  const { data, errors } = await graphql({ schema, source, contextValue, variableValues: { representations } })
  return { data, errors, userReads: ports.userReads }
}

const entities = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on User { id name roles } }
}`
const named = (user: typeof lee, disclosed?: boolean) => ({ __typename: 'User', id: user?.id, disclosed })

describe('me', () => {
  it('is the caller, wholly', async () => {
    expect((await ask(claimsOf(lee), '{ me { id name roles } }')).data).toEqual({ me: lee })
  })

  it.each([
    ['nobody is signed in', null],
    ['a machine client asks', { sub: 'demo-machine', roles: [], scopes: ['orders:read'] }],
    ['the user is gone', { sub: '01900000-0000-7000-8000-0000000000ff', roles: [], scopes: [] }],
  ])('is null where %s', async (_, claims) => {
    expect(await ask(claims, '{ me { id } }')).toMatchObject({ data: { me: null }, errors: undefined })
  })
})

describe('a user that another context names', () => {
  it('shows the name where it is disclosed, nothing where it is not, oneself always', async () => {
    const { data } = await ask(claimsOf(rider), entities, [named(lee, true), named(hong, false), named(rider, false)])
    expect(data).toEqual({ _entities: [{ ...lee, roles: [] }, null, rider] })
  })

  it('shows nothing without a word on disclosure', async () => {
    expect((await ask(claimsOf(rider), entities, [named(lee)])).data).toEqual({ _entities: [null] })
  })

  it('costs one query, however many are named', async () => {
    const { userReads } = await ask(claimsOf(rider), entities, [named(lee, true), named(hong, true), named(lee, true)])
    expect(userReads).toEqual([[lee?.id, hong?.id]])
  })

  it('is always asked for together with whether it is disclosed', () => {
    const order = `type Query { order: Order } type Order @key(fields: "id") { id: ID! customer: User }
      type User @key(fields: "id disclosed", resolvable: false) { id: ID! disclosed: Boolean! @shareable @inaccessible }`
    const { supergraphSdl, errors } = composeServices([
      { name: 'account', url: '', typeDefs },
      { name: 'order', url: '', typeDefs: parse(`${common}\n${order}`) },
    ])
    expect(errors).toBeUndefined()
    const supergraph = Supergraph.build(supergraphSdl ?? '')
    const operation = operationFromDocument(supergraph.apiSchema(), parse('{ order { customer { name } } }'))
    const plan = prettyFormatQueryPlan(new QueryPlanner(supergraph).buildQueryPlan(operation))
    expect(plan.replace(/\s+/g, ' ')).toContain('{ ... on User { __typename id disclosed } } =>')
  })
})
