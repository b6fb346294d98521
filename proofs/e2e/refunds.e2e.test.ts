import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { until } from '../../chassis/testing/until.ts'
import { type Stack, startStack } from '../testing/stack.ts'
import { uuidOf } from './ids.ts'
import { entryBecomes, type MenuItem, type People, people } from './people.ts'

let stack: Stack
let app: People
let item: MenuItem
beforeAll(async () => {
  stack = await startStack()
  app = await people(stack)
  item = await app.itemCalled('장미 한바구니')
})
afterAll(async () => stack?.stop())

const PAYMENT = `query ($id: ID!) { order(id: $id) { status payment {
  status amount { amount } refunded { amount } refunds { id status reason amount { amount } } }
  storeOrder { refunded { amount } } } }`

type Read = {
  order: {
    status: string
    payment: {
      status: string
      amount: { amount: number }
      refunded: { amount: number }
      refunds: { id: string; status: string }[]
    } | null
    storeOrder: { refunded: { amount: number } } | null
  } | null
}
const read = async (who: 'lee' | 'kj', id: string) => (await app.as<Read>(who, PAYMENT, { id })).data?.order

/** An order of 100,000 that kj has received. */
async function received(): Promise<string> {
  const { order } = await app.place('lee', item, 2)
  await app.stepWhenReady('kj', 'receive', order.id)
  // Payment hears whose the order is a moment after it is paid.
  await until(async () => (await read('kj', order.id))?.payment, 'kj sees the payment')
  return order.id
}

const sandbox = (settings: object) => stack.sandbox('/settings', { method: 'PUT', body: JSON.stringify(settings) })

/** What the provider has returned for an order, in won. */
async function returned(orderId: string): Promise<number> {
  const { entries } = (await stack.sandbox(`/book?reference=${uuidOf(orderId)}`)) as {
    entries: { type: string; amount: { amount: number } }[]
  }
  return entries.reduce((sum, { type, amount }) => (type === 'refund' ? sum + amount.amount : sum), 0)
}
const becomesCancelled = (id: string) =>
  until(async () => (await read('lee', id))?.payment?.status === 'CANCELLED', 'all of the money is returned')

describe('refunds of parts', () => {
  it('two of 60,000 of 100,000 at once: one is made; both sides see it, live too', async () => {
    const id = await received()
    const both = await Promise.all([app.refundPart('kj', id, 60_000), app.refundPart('kj', id, 60_000)])
    expect(both.map(({ __typename }) => __typename).sort()).toEqual([
      expect.stringMatching(/^Refund(Payload|Pending)$/),
      'RefundTooMuch',
    ])
    expect(both.find(({ __typename }) => __typename === 'RefundTooMuch')).toMatchObject({
      refundable: { amount: 40_000 },
    })
    await until(async () => (await read('kj', id))?.payment?.refunds[0]?.status === 'DONE', 'the refund is made')
    for (const who of ['lee', 'kj'] as const)
      expect(await read(who, id)).toMatchObject({
        status: 'RECEIVED',
        payment: { status: 'APPROVED', amount: { amount: 100_000 }, refunded: { amount: 60_000 } },
      })
    await until(async () => (await read('kj', id))?.storeOrder?.refunded.amount === 60_000, 'store has heard of it')
    const entry = await until(async () => {
      const entry = await app.entry('lee', id)
      return entry?.timeline.some(({ fact }) => fact === 'PartlyRefunded') && entry
    }, 'my-page has heard of it')
    expect(entry).toMatchObject({ orderStatus: 'RECEIVED', paymentStatus: 'APPROVED', refunded: { amount: 60_000 } })
    expect(await returned(id)).toBe(60_000)
  })

  it('the same key by two florists is one refund; another owner finds no such order', async () => {
    const id = await received()
    const key = randomUUID()
    expect(await app.refundPart('bundang', id, 10_000, key)).toMatchObject({ __typename: 'NotFound' })
    await Promise.all([app.refundPart('kj', id, 10_000, key), app.refundPart('kj', id, 10_000, key)])
    const { refund } = await app.refundWhenReady('kj', id, 10_000, key)
    expect((await read('kj', id))?.payment?.refunds).toEqual([
      expect.objectContaining({ id: (refund as { id: string }).id }),
    ])
    expect(await app.refundPart('kj', id, 10_001, key)).toMatchObject({ __typename: 'IdempotencyConflict' })
    expect(await returned(id)).toBe(10_000)
  })

  it.each([
    ['lost', { lostRate: 1 }],
    ['refused', { errorRate: 1 }],
  ])('the provider’s answer is %s, and the order is cancelled: exactly what was paid is returned', async (_, fault) => {
    const id = await received()
    const key = randomUUID()
    await sandbox(fault)
    expect(await app.refundPart('kj', id, 60_000, key)).toMatchObject({ __typename: 'RefundPending' })
    expect(await app.cancel('lee', id)).toMatchObject({ order: { status: 'CANCELLING' } })
    await entryBecomes(app, 'lee', id, 'CANCELLED')
    await until(async () => {
      const answer = await app.refundPart('kj', id, 1)
      return answer.__typename === 'WrongState'
    }, 'payment has heard that the order has ended')
    expect(await read('lee', id)).toMatchObject({ payment: { status: 'APPROVED', refunds: [{ status: 'PENDING' }] } })
    await sandbox({ lostRate: 0, errorRate: 0 })
    await becomesCancelled(id)
    expect(await app.refundPart('kj', id, 60_000, key)).toMatchObject({
      __typename: 'RefundPayload',
      refund: { status: 'DONE' },
    })
    expect(await returned(id)).toBe(100_000)
  })

  it('rejected after all was returned: CANCELLED without a further refund', async () => {
    const id = await received()
    await app.refundWhenReady('kj', id, 100_000)
    await app.reject('kj', id, 'no roses')
    await becomesCancelled(id)
    expect(await entryBecomes(app, 'lee', id, 'REJECTED')).toMatchObject({ paymentStatus: 'CANCELLED' })
    expect(await returned(id)).toBe(100_000)
  })
})
