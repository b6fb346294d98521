import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { until } from '../../chassis/testing/until.ts'
import { type Stack, startStack } from '../testing/stack.ts'
import { idOf } from './ids.ts'
import { type People, type Person, people } from './people.ts'
import { type LiveUpdateFields, type RunningOperation, run, updatesOf } from './subscriptions.ts'

type Update = LiveUpdateFields & { state: { id: string; status: string } | null }
type Feed = RunningOperation<Record<string, Update | null>>

let stack: Stack
let app: People
const feeds: { who: Person; name: keyof typeof FEEDS; feed: Feed }[] = []
beforeAll(async () => {
  stack = await startStack({ env: { LOG_LEVEL: 'info', PAYMENT_DEADLINE_MS: '4000' } })
  app = await people(stack)
})
afterAll(async () => {
  for (const { feed } of feeds) await feed.stop()
  await stack?.stop()
})

const SENDER = `비밀 ${randomUUID()}`
const ORDER = '{ id status promise { startsAt } customer { id name } sender { name anonymous } ribbon { phrase } }'
/** Every way to an order that someone other than its customer has. */
const WAYS = [
  `{ order(id: $order) ${ORDER} }`,
  `{ node(id: $order) { ... on Order ${ORDER} } }`,
  `{ node(id: $delivery) { ... on Delivery { order ${ORDER} } } }`,
  `{ node(id: $payment) { ... on Payment { order ${ORDER} } } }`,
  `{ node(id: $storeOrder) { ... on StoreOrder { order ${ORDER} store { orders { nodes { order ${ORDER} } } } } } }`,
  `{ store(id: $store) { orders { nodes { order ${ORDER} } } } }`,
  `{ deliveries { nodes { id district lines { name } recipient { name } order ${ORDER} } } }`,
  `{ order(id: $order) { payment { order ${ORDER} } delivery { order ${ORDER} } storeOrder { order ${ORDER} } } }`,
]
/** Every feed that leads to an order. */
const FEEDS = {
  myPage: `subscription ($order: ID!) { myPageUpdated(orderId: $order) { kind cursor state: entry { id status: orderStatus order ${ORDER} } } }`,
  storeOrder: `subscription ($store: ID!) { storeOrderUpdated(storeId: $store) { kind cursor state: storeOrder { id status order ${ORDER} } } }`,
  delivery: `subscription { deliveryUpdated { kind cursor state: delivery { id status order ${ORDER} } } }`,
}
const OTHERS = ['kj', 'bundang', 'hong', 'rider', 'jung', 'nobody'] as const

/** Subscribes everyone to every feed. */
function subscribeAll(order: string, store: string): void {
  const variables = { myPage: { order }, storeOrder: { store }, delivery: {} }
  for (const who of ['lee', ...OTHERS] as const) {
    const token = app.tokenOf(who)
    // Object.keys forgets the names.
    for (const name of Object.keys(FEEDS) as (keyof typeof FEEDS)[]) {
      const operation = { query: FEEDS[name], variables: variables[name], ...(token && { token }) }
      feeds.push({ who, name, feed: run('ws', stack.url, operation) })
    }
  }
}

/** Who follows an order to its end by which feed, and the last update's state. */
const FOLLOWERS = [
  { by: 'lee', of: 'myPage', type: 'MyPageEntry', last: 'DELIVERED' },
  { by: 'kj', of: 'storeOrder', type: 'StoreOrder', last: 'DELIVERED' },
  { by: 'rider', of: 'delivery', type: 'Delivery', last: 'COMPLETED' },
] as const

const allFollowed = (order: string) =>
  until(() => {
    for (const { by, of, type, last } of FOLLOWERS) {
      const feed = feeds.find(({ who, name }) => who === by && name === of)?.feed
      const states = feed ? updatesOf(feed).map(({ state }) => state) : []
      if (!states.some((state) => state?.id === idOf(type, order) && state.status === last))
        throw new Error(`${by} sees by ${of} ${JSON.stringify(feed)}`)
    }
    return true
  }, 'the feeds show the last step')

it('an anonymous sender is given away to the customer only: by no field, no way, no update and no error', async () => {
  const item = await app.itemCalled('장미 한바구니')
  const { order } = await app.place('lee', item, 1, { sender: { name: SENDER, anonymous: true } })
  subscribeAll(order.id, item.store.id)
  await app.stepWhenReady('kj', 'receive', order.id)
  await app.stepWhenReady('kj', 'decorate', order.id)
  const variables = {
    order: order.id,
    store: item.store.id,
    ...Object.fromEntries(
      (['Delivery', 'Payment', 'StoreOrder'] as const).map((type) => [
        `${type[0]?.toLowerCase()}${type.slice(1)}`,
        idOf(type, order.id),
      ]),
    ),
  }
  const seenBy = async (who: Parameters<People['as']>[0]) => {
    const answers = WAYS.map((way) => {
      const used = Object.entries(variables).filter(([name]) => new RegExp(`\\$${name}\\b`).test(way))
      const declared = used.length ? `(${used.map(([name]) => `$${name}: ID!`).join(', ')})` : ''
      return app.as(who, `query ${declared} ${way}`, Object.fromEntries(used))
    })
    return JSON.stringify(await Promise.all(answers))
  }
  const { data } = await app.as<{ me: { id: string; name: string } }>('lee', '{ me { id name } }')
  const secrets = [SENDER, data?.me.id ?? '', data?.me.name ?? '']
  expect(await seenBy('lee')).toContain(SENDER)
  await until(async () => (await seenBy('rider')).includes(idOf('Delivery', order.id)), 'a rider sees the delivery')
  for (const who of OTHERS) {
    const seen = await seenBy(who)
    if (who === 'kj') expect(seen).toContain(order.id)
    for (const secret of secrets) expect(seen).not.toContain(secret)
  }
  await app.stepWhenReady('rider', 'depart', order.id)
  await app.stepWhenReady('rider', 'complete', order.id)
  for (const who of ['kj', 'rider', 'jung'] as const) {
    const seen = await seenBy(who)
    for (const secret of secrets) expect(seen).not.toContain(secret)
  }
  await allFollowed(order.id)
  for (const { who, name, feed } of feeds) {
    const seen = JSON.stringify([feed.results, feed.ended])
    if (who === 'kj' && name === 'storeOrder') expect(seen).toContain(order.id)
    for (const secret of secrets) {
      if (who !== 'lee') expect(`${who} ${name} ${seen}`).not.toContain(secret)
      else if (name === 'myPage') expect(seen).toContain(secret)
    }
  }
  const { data: own } = await app.as<{ order: { delivery: { trackToken: string } } }>(
    'lee',
    'query ($id: ID!) { order(id: $id) { delivery { trackToken } } }',
    { id: order.id },
  )
  const link = { token: own?.order.delivery.trackToken }
  const tracked = await app.as(
    'nobody',
    'query ($token: String!) { track(token: $token) { status sender shop } }',
    link,
  )
  expect(tracked.data).toEqual({ track: { status: 'ARRIVED', sender: null, shop: expect.any(String) } })
})
