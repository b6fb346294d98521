import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { newId } from '../../../../chassis/ids.ts'
import type { Claims } from '../../../../chassis/signed-context.ts'
import { as, subgraph } from '../../../../proofs/testing/subgraph.ts'
import { feedOf, readsOf } from '../../outbound/postgres/reads.ts'
import { storeOnPostgres } from '../../testing/database.ts'
import { cancellationRequested, stockReserved } from '../../testing/facts.ts'
import { resolversOn } from './resolvers.ts'

const kj = as('STORE_OWNER')
const bundang = as('STORE_OWNER')
const lee = as('CUSTOMER')
const readers = {
  kj,
  bundang,
  lee,
  rider: as('RIDER'),
  machine: { sub: 'machine', roles: [], scopes: [] },
  nobody: null,
}

let storeId: string
let bundangsId: string
/** kj's orders, the oldest first: CANCELLED, DECORATED, RECEIVED, NEW. */
const orders = [1, 2, 3, 4].map((later) => newId(Date.now() + later))
const tombstone = newId()

const subject = await storeOnPostgres()
const { run, entities } = subgraph(
  new URL('./store.graphql', import.meta.url),
  resolversOn(subject.store),
  (claims) => ({ claims, reads: readsOf(subject.orm) }),
)

async function register(owner: Claims, name: string): Promise<string> {
  const registerStore = `mutation ($input: RegisterStoreInput!) {
    registerStore(input: $input) { ... on StorePayload { store { id } } ... on Failure { message } }
  }`
  const { data } = await run(owner, registerStore, { input: { idempotencyKey: name, name } })
  return data.registerStore.store.id
}

beforeAll(async () => {
  storeId = await register(kj, 'KJSHOP')
  bundangsId = await register(bundang, '분당꽃배달')
  const { commands, hear } = subject.store
  const [cancelled = '', decorated = '', received = ''] = orders
  await hear(cancellationRequested(tombstone))
  // Created newest first, because the list is sorted by the time of placing.
  for (const orderId of orders.toReversed()) await hear(stockReserved({ orderId, storeId, customerId: lee.sub }))
  await hear(stockReserved({ orderId: newId(), storeId: bundangsId, customerId: lee.sub }))
  await hear(cancellationRequested(cancelled))
  for (const orderId of [decorated, received]) await commands.receiveOrder(kj.sub, { orderId })
  await commands.decorateOrder(kj.sub, { orderId: decorated })
})
afterAll(subject.close)

describe('stores', () => {
  it('are public', async () => {
    const one = `query ($id: ID!) { store(id: $id) { id name } }`
    expect(await run(null, one, { id: storeId })).toEqual({ data: { store: { id: storeId, name: 'KJSHOP' } } })
    for (const id of [newId(), 'not an id']) expect(await run(null, one, { id })).toEqual({ data: { store: null } })
  })

  it('are listed the oldest first, page by page', async () => {
    const list = `query ($first: Int, $after: Cursor) {
      stores(first: $first, after: $after) {
        edges { cursor node { id } } nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      }
    }`
    const ids = [storeId, bundangsId].sort()
    const { data: first } = await run(null, list, { first: 1 })
    expect(first.stores.nodes).toEqual([{ id: ids[0] }])
    expect(first.stores.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false })
    const { data: second } = await run(null, list, { after: first.stores.pageInfo.endCursor })
    expect(second.stores.edges).toEqual([{ cursor: second.stores.pageInfo.endCursor, node: { id: ids[1] } }])
    expect(second.stores.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true })
    for (const wrong of [{ first: 101 }, { first: -1 }, { after: 'x' }]) {
      expect(await run(null, list, wrong)).toEqual({ data: { stores: null }, errors: ['BAD_USER_INPUT'] })
    }
  })

  it('tell owner and orders to their owner alone', async () => {
    const query = `query ($id: ID!) { store(id: $id) { name owner { id disclosed } orders { nodes { id } } } }`
    for (const reader of Object.values(readers)) {
      const { data, errors } = await run(reader, query, { id: storeId })
      const owners = { owner: { id: kj.sub, disclosed: true }, orders: { nodes: expect.anything() } }
      const others = { owner: null, orders: null }
      expect(data.store).toEqual({ name: 'KJSHOP', ...(reader === kj ? owners : others) })
      expect(errors).toBeUndefined()
    }
  })

  it('of an owner are listed up to a hundred', async () => {
    const owner = as('STORE_OWNER')
    const ids = Array.from({ length: 101 }, (_, later) => newId(Date.now() + later))
    const insert = `insert into stores (id, owner_id, name) select id, ?, 'x' from unnest(?::uuid[]) as one (id)`
    await subject.orm.em.fork().execute(insert, [owner.sub, `{${ids}}`])
    const me = [{ __typename: 'User', id: owner.sub }]
    const { data } = await entities(owner, '... on User { stores { id } }', me)
    expect(data._entities[0].stores).toEqual(ids.slice(0, 100).map((id) => ({ id })))
    await subject.asOwner('delete from stores where owner_id = $1', [owner.sub])
  })

  it('of a user are listed only for that user', async () => {
    const users = [kj, bundang, lee].map((user) => ({ __typename: 'User', id: user.sub }))
    const { data } = await entities(kj, '... on User { stores { name } }', users)
    expect(data._entities).toEqual([{ stores: [{ name: 'KJSHOP' }] }, { stores: null }, { stores: null }])
    const fields = '... on User { stores { name } disclosed }'
    expect((await entities(lee, fields, users)).data._entities[2]).toEqual({ stores: [], disclosed: false })
    expect((await entities(null, fields, users)).data._entities[0]).toEqual({ stores: null, disclosed: false })
    const machine = [{ __typename: 'User', id: 'machine' }]
    expect((await entities(readers.machine, fields, machine)).errors).toBeUndefined()
  })
})

describe("a store's orders", () => {
  const list = `query ($id: ID!, $status: [StoreOrderStatus!], $first: Int, $after: Cursor) {
    store(id: $id) {
      orders(status: $status, first: $first, after: $after) { nodes { id status } pageInfo { hasNextPage endCursor } }
    }
  }`
  const listed = async (variables: object = {}) =>
    (await run(kj, list, { id: storeId, ...variables })).data.store.orders
  const statuses = async (variables: object) =>
    (await listed(variables)).nodes.map(({ status }: { status: string }) => status)

  it('are listed the newest first, without tombstones and other stores’ orders', async () => {
    const newestFirst = orders.toReversed()
    expect((await listed()).nodes).toEqual([
      { id: newestFirst[0], status: 'NEW' },
      { id: newestFirst[1], status: 'RECEIVED' },
      { id: newestFirst[2], status: 'DECORATED' },
      { id: newestFirst[3], status: 'CANCELLED' },
    ])
  })

  it('are listed by status', async () => {
    expect(await statuses({ status: ['NEW', 'CANCELLED'] })).toEqual(['NEW', 'CANCELLED'])
    expect(await statuses({ status: [] })).toEqual([])
    expect(await statuses({ status: null })).toHaveLength(4)
    expect(await statuses({ status: ['NEW', 'NEW'] })).toEqual(['NEW'])
    const many = { id: storeId, status: Array(8).fill('NEW') }
    expect(await run(kj, list, many)).toEqual({ data: { store: { orders: null } }, errors: ['BAD_USER_INPUT'] })
  })

  it('come in pages', async () => {
    const first = await listed({ first: 3 })
    expect([first.nodes.length, first.pageInfo.hasNextPage]).toEqual([3, true])
    expect(await statuses({ after: first.pageInfo.endCursor })).toEqual(['CANCELLED'])
  })

  it('are readable by the owner and the customer, through the order or directly; tombstones by nobody', async () => {
    const fields = '... on StoreOrder { status order { id } store { name } } ... on Order { storeOrder { status } }'
    const of = [orders[3], tombstone, newId(), 'not an id'].flatMap((id) => [
      { __typename: 'StoreOrder', id },
      { __typename: 'Order', id },
    ])
    const shown = { status: 'NEW', order: { id: orders[3] }, store: { name: 'KJSHOP' } }
    const nothing = [null, { storeOrder: null }]
    for (const reader of Object.values(readers)) {
      const may = reader === kj || reader === lee
      const { data, errors } = await entities(reader, fields, of)
      const seen = may ? [shown, { storeOrder: { status: 'NEW' } }] : nothing
      expect(data._entities).toEqual([...seen, ...nothing, ...nothing, ...nothing])
      expect(errors).toBeUndefined()
    }
  })

  it('are read in one query for any number', async () => {
    const of = orders.map((id) => ({ __typename: 'Order', id }))
    const fields = '... on Order { storeOrder { status } }'
    const { answer, queries } = await subject.queriesOf(() => entities(kj, fields, of))
    expect(answer.data._entities).toHaveLength(4)
    expect(queries).toBe(1)
  })
})

describe('the commands', () => {
  const command = (name: string, input: string) => `mutation ($id: ID!) {
    ${name}(input: { orderId: $id ${input} }) {
      __typename
      ... on StoreOrderPayload { storeOrder { id status rejectionReason order { id } store { name } } }
      ... on WrongState { status }
      ... on Failure { message }
      ... on InvalidInput { problems { path } }
    }
  }`
  const receive = command('receiveOrder', '')

  it("are for the store's owner only: other owners get NotFound, and other roles FORBIDDEN", async () => {
    const id = orders[3]
    const commands = [receive, command('decorateOrder', ''), command('rejectOrder', 'reason: "no roses"')]
    for (const mutation of commands) {
      const { data } = await run(bundang, mutation, { id })
      expect(Object.values(data)).toEqual([{ __typename: 'NotFound', message: expect.any(String) }])
      for (const reader of [lee, readers.rider, readers.machine]) {
        expect((await run(reader, mutation, { id })).errors).toEqual(['FORBIDDEN'])
      }
      expect((await run(null, mutation, { id })).errors).toEqual(['UNAUTHENTICATED'])
    }
  })

  it('return the changed order, or a failure', async () => {
    const id = newId()
    await subject.store.hear(stockReserved({ orderId: id, storeId, customerId: lee.sub }))
    const storeOrder = { id, status: 'RECEIVED', rejectionReason: null, order: { id }, store: { name: 'KJSHOP' } }
    expect(await run(kj, receive, { id })).toEqual({
      data: { receiveOrder: { __typename: 'StoreOrderPayload', storeOrder } },
    })
    const { data: blank } = await run(kj, command('rejectOrder', 'reason: " "'), { id })
    expect(blank.rejectOrder).toMatchObject({ __typename: 'InvalidInput', problems: [{ path: ['reason'] }] })
    const { data: rejected } = await run(kj, command('rejectOrder', 'reason: "no roses"'), { id })
    expect(rejected.rejectOrder.storeOrder).toMatchObject({ status: 'REJECTED', rejectionReason: 'no roses' })
    const { data: late } = await run(kj, command('decorateOrder', ''), { id })
    expect(late.decorateOrder).toMatchObject({ __typename: 'WrongState', status: 'REJECTED' })
  })

  it('let only store owners register a store', async () => {
    const mutation = `mutation { registerStore(input: { idempotencyKey: "k", name: "x" }) { __typename } }`
    expect((await run(lee, mutation)).errors).toEqual(['FORBIDDEN'])
    expect((await run(null, mutation)).errors).toEqual(['UNAUTHENTICATED'])
  })
})

describe('live', () => {
  const { find } = feedOf(subject.orm)
  const page: { after: string | null; limit: number } = { after: null, limit: 200 }
  const idsOf = async (audience: string[], id: string | null = null, of: Partial<typeof page> = {}) =>
    (await find({ audience, id }, { ...page, ...of })).map((one) => one.id)

  it('equals the query result', async () => {
    const [, id = ''] = orders
    const fields = `__typename ... on StoreOrder {
      id order { __typename id } store { __typename id } status rejectionReason refunded { amount currency }
    }`
    const { data } = await entities(kj, fields, [{ __typename: 'StoreOrder', id }])
    expect((await subject.shown()).findLast((one) => one.subject.endsWith(id))).toEqual({
      subject: `live.store.${kj.sub}.${storeId}.${id}`,
      revision: 3,
      open: true,
      state: { storeOrder: data._entities[0] },
    })
  })

  it('answers the owner’s open orders as they were last shown, in the order of their ids, page by page', async () => {
    const [, ...open] = orders
    const audience = [kj.sub, storeId]
    expect(await idsOf(audience)).toEqual(open)
    expect(await idsOf(audience, null, { limit: 2 })).toEqual(open.slice(0, 2))
    expect(await idsOf(audience, null, { after: open[1] })).toEqual(open.slice(2))
    for (const one of await find({ audience, id: null }, page)) {
      const last = (await subject.shown()).findLast((other) => other.subject.endsWith(one.id))
      expect(one).toMatchObject({ revision: last?.revision, open: true, state: last?.state })
    }
  })

  it('answers a named one in any state, of its own store to its owner only', async () => {
    const [cancelled = ''] = orders
    expect(await find({ audience: [kj.sub, storeId], id: cancelled }, page)).toMatchObject([
      { id: cancelled, revision: 2, open: false },
    ])
    expect(await idsOf([bundang.sub, storeId], cancelled)).toEqual([])
    expect(await idsOf([kj.sub, bundangsId], cancelled)).toEqual([])
    expect(await idsOf([bundang.sub, storeId])).toEqual([])
    expect(await idsOf([kj.sub, storeId], tombstone)).toEqual([])
  })

  it('finds nothing for unknown or invalid ids', async () => {
    expect(await idsOf(['no id', storeId])).toEqual([])
    expect(await idsOf([kj.sub])).toEqual([])
    expect(await idsOf([kj.sub, storeId, storeId])).toEqual([])
    expect(await idsOf([kj.sub, storeId], 'no id')).toEqual([])
  })
})
