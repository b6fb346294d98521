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

describe('what somebody keeps about themselves', () => {
  const ADDRESS = { addressKey: 'k', label: '엄마', name: '김엄마', phone: '+82 10 1234 5678', address: '분당 1' }
  const fields =
    '__typename ... on MePayload { me { name addresses { addressKey label name phone address postalCode } } }'
  const failed = '... on InvalidInput { problems { path code } } ... on Failure { message }'
  const save = (claims: Claims, input: object) =>
    ask(claims, `mutation ($input: SaveAddressInput!) { saveAddress(input: $input) { ${fields} ${failed} } }`, {
      input,
    })
  const kept = { ...ADDRESS, phone: '010-1234-5678', postalCode: null }

  it('is a name, an address book and a phone number', async () => {
    const named = await ask(
      claimsOf(lee),
      'mutation { changeName(input: { name: " 이바다 " }) { ... on MePayload { me { id name roles } } } }',
    )
    expect(named.data.changeName.me).toEqual({ ...lee, name: '이바다' })
    for (const label of ['엄마', '어머니']) {
      const { data } = await save(claimsOf(lee), { ...ADDRESS, label })
      expect(data.saveAddress).toEqual({
        __typename: 'MePayload',
        me: { name: '이바다', addresses: [{ ...kept, label }] },
      })
    }
    const withCode = await save(claimsOf(lee), { ...ADDRESS, postalCode: ' １３５００ ' })
    expect(withCode.data.saveAddress.me.addresses).toEqual([{ ...kept, postalCode: '13500' }])
    expect((await save(claimsOf(lee), { ...ADDRESS, postalCode: '135-00' })).data.saveAddress.problems).toEqual([
      { path: ['postalCode'], code: 'WRONG_FORMAT' },
    ])
    const removed = await ask(claimsOf(lee), `mutation { removeAddress(input: { addressKey: "k" }) { ${fields} } }`)
    expect(removed.data.removeAddress.me.addresses).toEqual([])
    const person = await ports.users.signUp(
      { id: '01900000-0000-7000-8000-0000000000aa', name: '사람', roles: [] },
      'tel:+821099990000',
    )
    expect((await ask(claimsOf(person), '{ me { phone addresses { label } } }')).data.me).toEqual({
      phone: '010-9999-0000',
      addresses: [],
    })
  })

  it('is shown to nobody else', async () => {
    await save(claimsOf(lee), ADDRESS)
    const all = '... on User { name phone addresses { label } }'
    expect((await entities(claimsOf(hong), all, [named(lee, true)])).data).toEqual({
      _entities: [{ name: lee?.name, phone: null, addresses: null }],
    })
    expect((await entities(claimsOf(lee), all, [named(lee, true)])).data._entities[0].addresses).toEqual([
      { label: '엄마' },
    ])
  })

  it('has its limits, each problem named', async () => {
    const wrong = { addressKey: '', label: 'x'.repeat(51), name: 'a\nb', phone: '123', address: ' ' }
    const { data } = await save(claimsOf(lee), wrong)
    expect(
      data.saveAddress.problems.map(({ path, code }: { path: string[]; code: string }) => [path[0], code]),
    ).toEqual([
      ['addressKey', 'REQUIRED'],
      ['label', 'TOO_LONG'],
      ['name', 'INVALID_CHARACTERS'],
      ['phone', 'WRONG_FORMAT'],
      ['address', 'REQUIRED'],
    ])
    for (let n = 0; n < 20; n++) await save(claimsOf(lee), { ...ADDRESS, addressKey: `k${n}` })
    const full = await save(claimsOf(lee), { ...ADDRESS, addressKey: 'one more' })
    expect(full.data.saveAddress).toEqual({ __typename: 'TooManyAddresses', message: expect.stringContaining('20') })
    expect((await save(claimsOf(lee), { ...ADDRESS, addressKey: 'k7' })).data.saveAddress.__typename).toBe('MePayload')
  })

  it('is erased by the word for it only, and then there is nobody', async () => {
    const erase = (word: string) =>
      ask(
        claimsOf(lee),
        `mutation { eraseMe(input: { confirmation: "${word}" }) { __typename ... on InvalidInput { problems { path } } } }`,
      )
    await save(claimsOf(lee), ADDRESS)
    expect((await erase('erase')).data.eraseMe).toEqual({
      __typename: 'InvalidInput',
      problems: [{ path: ['confirmation'] }],
    })
    for (const _ of [1, 2]) expect((await erase('ERASE')).data.eraseMe).toEqual({ __typename: 'ErasedPayload' })
    expect(ports.said).toEqual([{ type: 'UserErased', data: { userId: lee?.id } }])
    expect((await ask(claimsOf(lee), '{ me { id } }')).data).toEqual({ me: null })
    expect((await save(claimsOf(lee), ADDRESS)).data.saveAddress.__typename).toBe('NotFound')
    const seen = await entities(claimsOf(rider), user, [named(lee, true)])
    expect(seen.data).toEqual({ _entities: [{ id: lee?.id, name: '', roles: [] }] })
  })

  it.each([
    ['nobody', null],
    ['a machine client', { sub: 'demo-machine', roles: [], scopes: [] }],
  ])('is not kept for %s', async (_, claims) => {
    expect((await save(claims, ADDRESS)).errors).toEqual(['FORBIDDEN'])
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
