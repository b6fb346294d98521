import { readFileSync } from 'node:fs'
import { composeServices } from '@apollo/composition'
import { operationFromDocument, Supergraph } from '@apollo/federation-internals'
import { prettyFormatQueryPlan, QueryPlanner } from '@apollo/query-planner'
import { beforeEach, describe, expect, it } from '@jest/globals'
import { parse } from 'graphql'
import type { Claims } from '../../../../chassis/signed-context.ts'
import { subgraph } from '../../../../proofs/testing/subgraph.ts'
import { keepDemoData } from '../../application/demo.ts'
import { demoUsers } from '../../demo-users.ts'
import { memoryPorts } from '../../testing/memory-ports.ts'
import { contextFrom } from './context.ts'
import { resolvers } from './resolvers.ts'

const sdl = new URL('./account.graphql', import.meta.url)
let ports: ReturnType<typeof memoryPorts>
const { run: ask, entities } = subgraph(sdl, resolvers, (claims) => contextFrom(ports)(claims))
beforeEach(async () => {
  ports = memoryPorts()
  await keepDemoData(ports, 'demo secret')
})

const [lee, hong, , , rider] = demoUsers.map(({ login: _, ...user }) => user)
const claimsOf = (user: typeof lee): Claims => ({ sub: user?.id ?? '', roles: user?.roles ?? [], scopes: [] })

const user = '... on User { id name roles }'
const named = (user: typeof lee, disclosed?: boolean) => ({ __typename: 'User', id: user?.id, disclosed })

describe('me', () => {
  it('is the caller, wholly', async () => {
    expect((await ask(claimsOf(lee), '{ me { id name roles } }')).data).toEqual({ me: lee })
  })

  it.each([
    ['nobody is signed in', null],
    ['a machine client asks', { sub: 'demo-machine', roles: [], scopes: ['payments:read'] }],
    ['the user is gone', { sub: '01900000-0000-7000-8000-0000000000ff', roles: [], scopes: [] }],
  ])('is null where %s', async (_, claims) => {
    expect(await ask(claims, '{ me { id } }')).toEqual({ data: { me: null } })
  })
})

describe('a user that another context names', () => {
  it('shows the name where it is disclosed, nothing where it is not, oneself always', async () => {
    const of = [named(lee, true), named(hong, false), named(rider, false)]
    const { data } = await entities(claimsOf(rider), user, of)
    expect(data).toEqual({ _entities: [{ ...lee, roles: [] }, null, rider] })
  })

  it('shows nothing without a word on disclosure', async () => {
    expect((await entities(claimsOf(rider), user, [named(lee)])).data).toEqual({ _entities: [null] })
  })

  it('costs one query, however many are named', async () => {
    await entities(claimsOf(rider), user, [named(lee, true), named(hong, true), named(lee, true)])
    expect(ports.userReads).toEqual([[lee?.id, hong?.id]])
  })

  it('is always asked for together with whether it is disclosed', () => {
    const common = readFileSync(new URL('../../../../chassis/graphql/common.graphql', import.meta.url), 'utf8')
    const account = readFileSync(sdl, 'utf8')
    const order = `type Query { order: Order } type Order @key(fields: "id") { id: ID! customer: User }
      type User @key(fields: "id disclosed", resolvable: false) { id: ID! disclosed: Boolean! @shareable @inaccessible }`
    const { supergraphSdl, errors } = composeServices([
      { name: 'account', url: '', typeDefs: parse(`${common}\n${account}`) },
      { name: 'order', url: '', typeDefs: parse(`${common}\n${order}`) },
    ])
    expect(errors).toBeUndefined()
    const supergraph = Supergraph.build(supergraphSdl ?? '', { supportedFeatures: null })
    const operation = operationFromDocument(supergraph.apiSchema(), parse('{ order { customer { name } } }'))
    const plan = prettyFormatQueryPlan(new QueryPlanner(supergraph).buildQueryPlan(operation))
    expect(plan.replace(/\s+/g, ' ')).toContain('{ ... on User { __typename id disclosed } } =>')
  })
})
