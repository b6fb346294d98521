import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { until } from '../../chassis/testing/until.ts'
import { type Stack, startStack } from '../testing/stack.ts'
import { idOf } from './ids.ts'
import { type People, people } from './people.ts'

let stack: Stack
let app: People
beforeAll(async () => {
  stack = await startStack({ env: { LOG_LEVEL: 'info', PAYMENT_DEADLINE_MS: '4000' } })
  app = await people(stack)
})
afterAll(async () => stack?.stop())

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

it('an anonymous sender is given away to the customer only: by no field, no way and no error', async () => {
  const item = await app.itemCalled('장미 한바구니')
  const { order } = await app.place('lee', item, 1, { sender: { name: SENDER, anonymous: true } })
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
  for (const who of ['kj', 'bundang', 'hong', 'rider', 'jung', 'nobody'] as const) {
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
