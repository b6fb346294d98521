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

const promise = { startsAt: '2026-05-20T00:00:00Z', endsAt: '2026-05-20T03:00:00Z', timeZone: 'Asia/Seoul' }
const window = { start: '09:00', end: '12:00', capacity: 10, noticeMinutes: 60 }
const calendar = {
  timeZone: 'Asia/Seoul',
  windows: [{ weekdays: ['MONDAY', 'SUNDAY'], ...window }],
  closedDays: ['2027-01-01'],
  specialDays: [{ day: '2027-02-14', windows: [{ ...window, capacity: null }] }],
  areas: [{ postalCodePrefix: '135', fee: { amount: 0, currency: 'KRW' } }],
}
const CALENDAR = `version timeZone windows { weekdays start end capacity noticeMinutes } closedDays
  specialDays { day windows { start end capacity noticeMinutes } } areas { postalCodePrefix fee { amount currency } }`
const setCalendar = `mutation ($input: SetDeliveryCalendarInput!) {
  setDeliveryCalendar(input: $input) {
    __typename
    ... on CalendarPayload { store { id calendar { ${CALENDAR} } } }
    ... on CalendarConflict { message calendar { ${CALENDAR} } }
    ... on InvalidInput { problems { path } }
    ... on NotFound { message }
  }
}`

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
  await run(kj, setCalendar, { input: { ...calendar, storeId } })
  const { commands, hear } = subject.store
  const [cancelled = '', decorated = '', received = ''] = orders
  await hear(cancellationRequested(tombstone))
  // Created newest first, because the list is sorted by the time of placing.
  for (const orderId of orders.toReversed())
    await hear(stockReserved({ orderId, storeId, customerId: lee.sub, promise }))
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

  it('tell their calendar to their owner alone; a store without one has none', async () => {
    const query = `query ($id: ID!) { store(id: $id) { calendar { ${CALENDAR} } } }`
    for (const reader of Object.values(readers)) {
      const { data, errors } = await run(reader, query, { id: storeId })
      expect(data.store.calendar).toEqual(reader === kj ? { ...calendar, version: 1 } : null)
      expect(errors).toBeUndefined()
    }
    expect((await run(bundang, query, { id: bundangsId })).data.store.calendar).toBeNull()
  })

  it('have a calendar that only their owner sets', async () => {
    const florist = as('STORE_OWNER')
    const id = await register(florist, 'of a calendar')
    const input = { ...calendar, storeId: id }
    const set = async (reader: Claims, changed: object = {}) =>
      (await run(reader, setCalendar, { input: { ...input, ...changed } })).data.setDeliveryCalendar
    const payload = { __typename: 'CalendarPayload', store: { id, calendar: { ...calendar, version: 1 } } }
    expect(await set(florist)).toEqual(payload)
    expect(await set(florist, { expectedVersion: 0 })).toEqual(payload)
    expect(await set(florist, { expectedVersion: 0, closedDays: [] })).toEqual({
      __typename: 'CalendarConflict',
      message: expect.any(String),
      calendar: { ...calendar, version: 1 },
    })
    expect(await set(bundang)).toEqual({ __typename: 'NotFound', message: expect.any(String) })
    const dayless = { specialDays: [{ day: '2027-02-29', windows: [] }] }
    expect(await set(florist, dayless)).toMatchObject({ problems: [{ path: ['specialDays', '0', 'day'] }] })
    for (const reader of [lee, readers.rider, readers.machine]) {
      expect((await run(reader, setCalendar, { input })).errors).toEqual(['FORBIDDEN'])
    }
    expect((await run(null, setCalendar, { input })).errors).toEqual(['UNAUTHENTICATED'])
  })

  it('show each calendar as it was set, also by two commands of one request', async () => {
    const florist = as('STORE_OWNER')
    const input = { ...calendar, storeId: await register(florist, 'of two calendars') }
    const twice = `mutation ($a: SetDeliveryCalendarInput!, $b: SetDeliveryCalendarInput!) {
      a: setDeliveryCalendar(input: $a) { ... on CalendarPayload { store { calendar { version closedDays } } } }
      b: setDeliveryCalendar(input: $b) { ... on CalendarPayload { store { calendar { version closedDays } } } }
    }`
    const { data } = await run(florist, twice, { a: input, b: { ...input, closedDays: [] } })
    expect(data.a.store.calendar).toEqual({ version: 1, closedDays: ['2027-01-01'] })
    expect(data.b.store.calendar).toEqual({ version: 2, closedDays: [] })
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
    const many = { id: storeId, status: Array(9).fill('NEW') }
    expect(await run(kj, list, many)).toEqual({ data: { store: { orders: null } }, errors: ['BAD_USER_INPUT'] })
  })

  it('come in pages', async () => {
    const first = await listed({ first: 3 })
    expect([first.nodes.length, first.pageInfo.hasNextPage]).toEqual([3, true])
    expect(await statuses({ after: first.pageInfo.endCursor })).toEqual(['CANCELLED'])
  })

  it('are readable by the owner and the customer, through the order or directly; tombstones by nobody', async () => {
    const fields = `... on StoreOrder {
      status order { id } store { name } promise { startsAt } acceptBy rejectionCause substituted
    } ... on Order { storeOrder { status } }`
    const of = [orders[3], tombstone, newId(), 'not an id'].flatMap((id) => [
      { __typename: 'StoreOrder', id },
      { __typename: 'Order', id },
    ])
    const shown = {
      status: 'NEW',
      order: { id: orders[3] },
      store: { name: 'KJSHOP' },
      promise: { startsAt: '2026-05-20T00:00:00.000Z' },
      acceptBy: expect.stringMatching(/^20.*Z$/),
      rejectionCause: null,
      substituted: null,
    }
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
      ... on StoreOrderPayload { storeOrder { id status rejectionReason rejectionCause substituted order { id } store { name } } }
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
    const nothing = { rejectionReason: null, rejectionCause: null, substituted: null }
    const storeOrder = { id, status: 'RECEIVED', ...nothing, order: { id }, store: { name: 'KJSHOP' } }
    expect(await run(kj, receive, { id })).toEqual({
      data: { receiveOrder: { __typename: 'StoreOrderPayload', storeOrder } },
    })
    const { data: blank } = await run(kj, command('rejectOrder', 'reason: " "'), { id })
    expect(blank.rejectOrder).toMatchObject({ __typename: 'InvalidInput', problems: [{ path: ['reason'] }] })
    const { data: rejected } = await run(kj, command('rejectOrder', 'reason: "no roses"'), { id })
    expect(rejected.rejectOrder.storeOrder).toMatchObject({
      status: 'REJECTED',
      rejectionReason: 'no roses',
      rejectionCause: 'FLORIST',
    })
    const { data: late } = await run(kj, command('decorateOrder', ''), { id })
    expect(late.decorateOrder).toMatchObject({ __typename: 'WrongState', status: 'REJECTED' })
  })

  it('keep what was used instead of a flower, for the owner and the customer', async () => {
    const id = newId()
    const florist = as('STORE_OWNER')
    const of = { storeId: await register(florist, 'of lilies'), customerId: lee.sub }
    await subject.store.hear(stockReserved({ orderId: id, ...of }))
    await run(florist, receive, { id })
    const { data } = await run(florist, command('decorateOrder', 'substituted: "lilies"'), { id })
    expect(data.decorateOrder.storeOrder).toMatchObject({ status: 'DECORATED', substituted: 'lilies' })
    for (const reader of [florist, ...Object.values(readers)]) {
      const order = [{ __typename: 'Order', id }]
      const answer = await entities(reader, '... on Order { storeOrder { substituted } }', order)
      const may = reader === florist || reader === lee
      expect(answer.data._entities).toEqual([{ storeOrder: may ? { substituted: 'lilies' } : null }])
    }
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
    const [, decorated, , opened] = orders
    const fields = `__typename ... on StoreOrder {
      id order { __typename id } store { __typename id } status rejectionReason refunded { amount currency }
      rejectionCause promise { startsAt endsAt timeZone } acceptBy substituted photo { photo }
    }`
    for (const [id = '', revision] of [
      [decorated, 3],
      [opened, 1],
    ] as const) {
      const { data } = await entities(kj, fields, [{ __typename: 'StoreOrder', id }])
      expect((await subject.shown()).findLast((one) => one.subject.endsWith(id))).toEqual({
        subject: `live.store.${kj.sub}.${storeId}.${id}`,
        revision,
        open: true,
        state: { storeOrder: data._entities[0] },
      })
    }
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
