import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { until } from '../../chassis/testing/until.ts'
import { type Stack, startStack } from '../testing/stack.ts'
import { sqlIn } from './databases.ts'
import { idOf, uuidOf } from './ids.ts'
import { entryBecomes, type MenuItem, type People, type Person, people, type ResultFields } from './people.ts'
import { openShop } from './shops.ts'

// What happens at the door, through the router: failed attempts, second ones, phones that were offline, and links.

let stack: Stack
let app: People
let item: MenuItem
beforeAll(async () => {
  stack = await startStack({ env: { PAYMENT_DEADLINE_MS: '4000' } })
  app = await people(stack)
  item = await openShop(app, 'At the door')
})
afterAll(async () => stack?.stop())

const TYPES = {
  departForDelivery: 'DepartForDeliveryInput',
  completeDelivery: 'CompleteDeliveryInput',
  reportFailedAttempt: 'ReportFailedAttemptInput',
  returnFlowers: 'ReturnFlowersInput',
  requestRedelivery: 'RequestRedeliveryInput',
  setTracking: 'SetTrackingInput',
}
/** The answer to a command about a delivery: its type, and the status of the delivery, or that of WrongState. */
async function say(who: Person, name: keyof typeof TYPES, order: string, input: object = {}): Promise<ResultFields> {
  const mutation = `mutation ($input: ${TYPES[name]}!) { ${name}(input: $input) { __typename
    ... on DeliveryPayload { delivery { status rider { name } recipient { name } } } ... on WrongState { status }
    ... on InvalidInput { problems { path } } ... on Failure { message } } }`
  return app.mutate(who, mutation, { input: { deliveryId: idOf('Delivery', order), ...input } })
}
const fail = (who: Person, order: string, attempt = 1, reason = 'NOBODY_HOME') =>
  say(who, 'reportFailedAttempt', order, { attempt, reason })
const departed = (status = 'DEPARTED') => ({ __typename: 'DeliveryPayload', delivery: { status } })

/** The address that somebody reads of a delivery; null if none. */
async function addressFor(who: Person, order: string): Promise<string | null> {
  const query = 'query ($id: ID!) { node(id: $id) { ... on Delivery { recipient { address } } } }'
  type Read = { node: { recipient: { address: string } | null } | null }
  const { data } = await app.as<Read>(who, query, { id: idOf('Delivery', order) })
  return data?.node?.recipient?.address ?? null
}

/** The store's window that begins next. */
async function nextWindow(): Promise<string> {
  const query = 'query ($id: ID!) { store(id: $id) { deliveryDays(days: 3) { windows { windowId startsAt } } } }'
  type Days = { store: { deliveryDays: { windows: { windowId: string; startsAt: string }[] }[] } }
  const { data } = await app.as<Days>('lee', query, { id: item.store.id })
  const windows = data?.store.deliveryDays.flatMap((day) => day.windows) ?? []
  return windows.find(({ startsAt }) => Date.parse(startsAt) > Date.now() + 60_000)?.windowId ?? ''
}
const askAgain = async (order: string) => say('lee', 'requestRedelivery', order, { windowId: await nextWindow() })

const link = async (order: string) => {
  const query = 'query ($id: ID!) { order(id: $id) { delivery { trackToken } } }'
  const { data } = await app.as<{ order: { delivery: { trackToken: string | null } } }>('lee', query, { id: order })
  return data?.order.delivery.trackToken ?? ''
}
const track = async (token: string) => {
  const query = 'query ($token: String!) { track(token: $token) { status sender shop promise { timeZone } } }'
  return (await app.as<{ track: object | null }>('nobody', query, { token })).data?.track
}

async function carried(change: object = {}): Promise<string> {
  const { order } = await app.place('lee', item, 1, change)
  await app.stepWhenReady('bundang', 'receive', order.id)
  await app.stepWhenReady('bundang', 'decorate', order.id)
  await app.stepWhenReady('rider', 'depart', order.id)
  return order.id
}

describe('an attempt that fails', () => {
  it('is made again by another rider, who reads the address at once, and the first one no longer', async () => {
    const order = await carried()
    expect(await fail('rider', order)).toMatchObject(departed('ATTEMPTED'))
    expect(await addressFor('rider', order)).not.toBeNull()
    expect(await askAgain(order)).toMatchObject(departed('REQUESTED'))
    expect([await addressFor('rider', order), await addressFor('jung', order)]).toEqual([null, null])
    expect(await say('jung', 'departForDelivery', order, { attempt: 2 })).toMatchObject(departed())
    // Not one fact has to be heard for it.
    expect([await addressFor('rider', order), await addressFor('jung', order)]).toEqual([null, expect.any(String)])
    const entry = await entryBecomes(app, 'lee', order, 'OUT_FOR_DELIVERY')
    expect(entry.deliveryStatus).toBe('DEPARTED')
    await say('jung', 'completeDelivery', order, { attempt: 2 })
    await entryBecomes(app, 'lee', order, 'DELIVERED')
  })

  it('is brought back, and a part of the money returned', async () => {
    const order = await carried()
    await fail('rider', order, 1, 'REFUSED')
    await entryBecomes(app, 'lee', order, 'DELIVERY_FAILED')
    expect(await askAgain(order)).toMatchObject({ __typename: 'WrongState', status: 'ATTEMPTED' })
    expect(await app.cancel('lee', order)).toMatchObject({ __typename: 'WrongState', status: 'DELIVERY_FAILED' })
    expect(await say('rider', 'returnFlowers', order, { attempt: 1 })).toMatchObject(departed('RETURNED'))
    await app.refundWhenReady('bundang', order, 10_000)
    const entry = await entryBecomes(app, 'lee', order, 'RETURNED')
    expect(entry).toMatchObject({ paymentStatus: 'APPROVED', deliveryStatus: 'RETURNED' })
  })
})

describe('a phone that was offline', () => {
  it('says that attempt 1 is completed: before attempt 2 departs it is, after that it is too late', async () => {
    const [before, after] = [await carried(), await carried()]
    for (const order of [before, after]) {
      await fail('rider', order)
      await askAgain(order)
    }
    const at = '2026-11-22T09:30:00Z'
    expect(await say('rider', 'completeDelivery', before, { attempt: 1, at })).toMatchObject(departed('COMPLETED'))
    expect(await say('jung', 'departForDelivery', before, { attempt: 2 })).toMatchObject({ __typename: 'NotFound' })
    await say('jung', 'departForDelivery', after, { attempt: 2 })
    for (const attempt of [1, null])
      expect(await say('rider', 'completeDelivery', after, { attempt })).toMatchObject({
        __typename: 'WrongState',
        status: 'DEPARTED',
      })
    // What it said before is answered as then, and names neither the other rider nor where the flowers go.
    expect(await fail('rider', after)).toMatchObject({
      __typename: 'DeliveryPayload',
      delivery: { status: 'DEPARTED', rider: null, recipient: null },
    })
    await entryBecomes(app, 'lee', before, 'DELIVERED')
    await say('jung', 'completeDelivery', after, { attempt: 2 })
    await entryBecomes(app, 'lee', after, 'DELIVERED')
  })
})

describe('the recipient’s link', () => {
  const sender = { name: '하늘', anonymous: false }
  const onItsWay = { status: 'ON_ITS_WAY', promise: { timeZone: 'Asia/Seoul' } }

  it('shows without sign-in what the recipient may know, until it is forbidden', async () => {
    const order = await carried({ sender })
    const token = await link(order)
    expect(await track(token)).toMatchObject({ ...onItsWay, sender: '하늘', shop: 'At the door' })
    await say('lee', 'setTracking', order, { on: false })
    for (const dead of [token, await link(order), 'x']) expect(await track(dead)).toBeNull()
    await say('lee', 'setTracking', order, { on: true })
    expect(await track(await link(order))).toMatchObject(onItsWay)
    expect(await track(token)).toBeNull()
  })

  it('names no anonymous sender, and ends when the phone number is corrected', async () => {
    const order = await carried({ sender: { ...sender, anonymous: true } })
    const token = await link(order)
    expect(await track(token)).toMatchObject({ ...onItsWay, sender: null })
    await fail('rider', order)
    await entryBecomes(app, 'lee', order, 'DELIVERY_FAILED')
    const correct = `mutation ($input: CorrectRecipientInput!) { correctRecipient(input: $input) { __typename
      ... on OrderPayload { order { recipient { phone } } } ... on Failure { message } } }`
    const recipient = { name: '김받음', phone: '010-9999-8888', address: '경기도 성남시 분당구 1', postalCode: '13561' }
    const answer = await app.mutate('lee', correct, { input: { orderId: order, recipient } })
    expect(answer).toMatchObject({ __typename: 'OrderPayload', order: { recipient: { phone: '010-9999-8888' } } })
    await until(async () => (await track(token)) === null, 'the old link shows nothing')
    expect(await track(await link(order))).toMatchObject({ status: 'TRIED', sender: null })
  })
})

describe('deliveries of the release before', () => {
  it('that departed then are completed, fail and are tracked now', async () => {
    const [completed, failed] = [await carried(), await carried()]
    // That release kept no log of attempts, and order no attempt.
    const ids = [completed, failed].map(uuidOf)
    await entryBecomes(app, 'lee', failed, 'OUT_FOR_DELIVERY')
    await sqlIn(stack, 'delivery', `update deliveries set attempts = '[]' where id = any($1)`, [ids])
    await sqlIn(stack, 'order', 'update orders set attempt = 0, rider_id = $2 where id = any($1)', [ids, ids[0]])
    expect(await addressFor('rider', completed)).not.toBeNull()
    expect(await track(await link(completed))).toMatchObject({ status: 'ON_ITS_WAY' })
    expect(await say('rider', 'departForDelivery', completed)).toMatchObject(departed())
    expect(await say('rider', 'completeDelivery', completed)).toMatchObject(departed('COMPLETED'))
    await entryBecomes(app, 'lee', completed, 'DELIVERED')
    expect(await fail('rider', failed)).toMatchObject(departed('ATTEMPTED'))
    await entryBecomes(app, 'lee', failed, 'DELIVERY_FAILED')
    expect(await askAgain(failed)).toMatchObject(departed('REQUESTED'))
    await say('jung', 'departForDelivery', failed, { attempt: 2 })
    await say('jung', 'completeDelivery', failed, { attempt: 2 })
    await entryBecomes(app, 'lee', failed, 'DELIVERED')
    await app.refundWhenReady('bundang', failed, 1_000)
  })
})
