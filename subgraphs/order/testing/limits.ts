import { beforeEach, describe, expect, it } from '@jest/globals'
import { newId } from '../../../chassis/ids.ts'
import { isUnavailable } from '../../../chassis/postgres/unavailable.ts'
import type { Rig } from './rig.ts'

const deferred = { answer: 'Deferred', retryAfterSeconds: 3 } as const
const declined = { answer: 'Declined' } as const

/** What a customer is not charged, and how much may be tried and left undone. */
export function limits(rig: () => Rig): void {
  let at: Rig
  beforeEach(() => {
    at = rig()
  })
  const place = (change: object = {}) =>
    at.commands.placeOrder(at.customer, at.placeInput({ idempotencyKey: newId(), ...change }))
  /** Like a client that is told to try again: with so many at once, some get no connection in time on a slow machine. */
  const placeWhenAvailable = async (): ReturnType<typeof place> => {
    const key = { idempotencyKey: newId() }
    for (;;) {
      try {
        return await place(key)
      } catch (error) {
        if (!isUnavailable(error)) throw error
      }
    }
  }
  const times = <T>(count: number, act: () => Promise<T>) => Promise.all(Array.from({ length: count }, act))

  describe('the expected total', () => {
    const won = (amount: number) => ({ amount, currency: 'KRW' as const })
    /** An item that was 1,000 won on the menu and costs 1,900,000 by now. */
    const dearer = async () => {
      const itemId = await at.newItem(20)
      await at.say({ type: 'ItemPriceChanged', data: { itemId, price: won(1_900_000), itemVersion: 2 } })
      return { lines: [{ itemId, quantity: 1 }], idempotencyKey: newId() }
    }

    it('returns the present total, and records and charges nothing', async () => {
      const result = await place({ ...(await dearer()), expectedTotal: won(1_000) })
      expect(result).toMatchObject({ type: 'TotalChanged', total: won(1_900_000) })
      expect(at.payment.asked).toEqual([])
      expect(await at.said()).toEqual([])
    })

    it('places it with the same key and the new total, and then returns it for any expected total', async () => {
      const input = await dearer()
      await place({ ...input, expectedTotal: won(1_000) })
      const placed = await place({ ...input, expectedTotal: won(1_900_000) })
      expect(placed).toMatchObject({ type: 'OrderPayload', order: { total: won(1_900_000) } })
      expect(await place({ ...input, expectedTotal: won(1) })).toEqual(placed)
      expect(at.payment.asked).toHaveLength(1)
    })

    it('charges the lower price if it has become cheaper', async () => {
      const placed = await place({ expectedTotal: won(2_000_000_000) })
      expect(placed).toMatchObject({ type: 'OrderPayload', order: { total: won(100_000) } })
      expect(at.payment.asked).toMatchObject([{ amount: won(100_000) }])
    })
  })

  describe('unpaid orders', () => {
    it('are ten at most; the next is not recorded, and its key is good once one is paid or cancelled', async () => {
      at.payment.answers.push(...Array(10).fill(declined))
      const ids = []
      for (let n = 0; n < 10; n++) {
        const result = await place()
        ids.push('order' in result ? result.order.id : '')
      }
      const key = { idempotencyKey: newId() }
      const said = await at.said()
      expect(await place(key)).toMatchObject({ type: 'TooManyUnpaid' })
      expect(await at.said()).toEqual(said)
      await at.cancel(ids[3] ?? '')
      expect(await place(key)).toMatchObject({ type: 'OrderPayload' })
      expect(await at.pay(ids[4] ?? '')).toMatchObject({ type: 'OrderPayload' })
      expect(await place()).toMatchObject({ type: 'OrderPayload' })
    })

    it('do not limit a customer who pays one order after the other', async () => {
      for (let n = 0; n < 30; n++) expect(await place()).toMatchObject({ type: 'OrderPayload' })
    })

    it('are not those that are being charged: of these there are ten at once, and then all are paid', async () => {
      for (let n = 0; n < 9; n++) at.payment.answers.push(declined)
      for (let n = 0; n < 9; n++) await place()
      const go = Promise.withResolvers<void>()
      at.payment.meanwhile = () => go.promise
      const under = Array.from({ length: 10 }, () => place())
      await at.untilAsked(19)
      for (let n = 0; n < 2; n++) expect(await place()).toMatchObject({ type: 'TooManyUnpaid' })
      go.resolve()
      for (const result of await Promise.all(under)) expect(result).toMatchObject({ type: 'OrderPayload' })
    })

    it('of a burst of 300 that are all declined are no more than the limit and those under way', async () => {
      at.payment.answers.push(...Array(300).fill(declined))
      const results = await times(300, placeWhenAvailable)
      const orders = results.flatMap((result) => ('order' in result ? [result.order.id] : []))
      expect(orders.length).toBeGreaterThanOrEqual(10)
      expect(orders.length).toBeLessThanOrEqual(19)
      expect(new Set(results.map(({ type }) => type))).toEqual(new Set(['PaymentDeclined', 'TooManyUnpaid']))
      for (let n = 0; n < 5; n++) expect(await place()).toMatchObject({ type: 'TooManyUnpaid' })
    })

    it('of a process that died before it had an answer are unpaid like others, a moment later', async () => {
      at.payment.meanwhile = () => new Promise(() => {})
      for (let n = 0; n < 10; n++) void place()
      await at.untilAsked(10)
      expect(await place()).toMatchObject({ type: 'TooManyUnpaid', message: expect.stringContaining('in a moment') })
      at.pass(2_000)
      expect(await place()).toMatchObject({ type: 'TooManyUnpaid', message: expect.stringContaining('Pay or cancel') })
      at.pass(33 * 60_000)
      await at.expireOrders()
      at.payment.meanwhile = async () => {}
      expect(await place()).toMatchObject({ type: 'OrderPayload' })
    })

    it('count for each customer alone, and a used key is answered beyond the limit, too', async () => {
      at.payment.answers.push(...Array(10).fill(deferred))
      const key = { idempotencyKey: newId() }
      const first = await place(key)
      for (let n = 0; n < 9; n++) await place()
      expect(await place()).toMatchObject({ type: 'TooManyUnpaid' })
      const other = await at.commands.placeOrder(newId(), at.placeInput())
      expect(other).toMatchObject({ type: 'OrderPayload' })
      const orderId = 'order' in first ? first.order.id : ''
      expect(await place(key)).toMatchObject({ type: 'OrderPayload', order: { id: orderId, status: 'PAID' } })
    })
  })

  describe('declined payments', () => {
    const decline = async (count: number) => {
      for (let n = 0; n < count; n++) {
        const orderId = await at.placed(declined)
        await at.follow(orderId, 'PaymentDeclined')
        await at.cancel(orderId)
      }
    }

    it('of ten within an hour refuse the next order before it is recorded, with the time to try again', async () => {
      await decline(9)
      expect(await place()).toMatchObject({ type: 'OrderPayload' })
      await decline(1)
      at.pass(10 * 60_000)
      const key = { idempotencyKey: newId() }
      const said = await at.said()
      expect(await place(key)).toEqual({
        type: 'TooManyDeclined',
        message: 'Too many of your payments were declined. Order again in 50 minutes.',
        retryAfter: 50 * 60,
      })
      expect(await at.said()).toEqual(said)
      at.pass(50 * 60_000)
      expect(await place(key)).toMatchObject({ type: 'OrderPayload' })
    })

    it('of one order end its payment, and payOrder says what to do', async () => {
      const orderId = await at.placed(declined, { answer: 'TooManyDeclined', retryAfterSeconds: null })
      expect(await at.pay(orderId, 'tok_other')).toEqual({
        type: 'WrongState',
        message: 'Too many payments were declined for this order. Place a new one.',
        status: 'PAYMENT_FAILED',
      })
    })

    it.each([
      [720, 'Pay this order in 12 minutes.'],
      [59, 'Pay this order in 59 seconds.'],
      [1, 'Pay this order in 1 second.'],
      [1_801, 'Place a new order in 31 minutes.'],
    ])('of the customer’s within an hour put it off for %d s: %s', async (retryAfterSeconds, then) => {
      const orderId = await at.placed(deferred, { answer: 'TooManyDeclined', retryAfterSeconds })
      const message = `Too many of your payments were declined. ${then}`
      expect(await at.pay(orderId)).toEqual({ type: 'WrongState', message, status: 'AWAITING_PAYMENT' })
    })

    it.each([
      [600, { type: 'PaymentDeferred', retryAfter: 600 }],
      [null, { type: 'PaymentDeclined' }],
    ])('that order had not heard of: the recorded order is in the answer: %p', async (retryAfterSeconds, told) => {
      at.payment.answers.push({ answer: 'TooManyDeclined', retryAfterSeconds })
      expect(await place()).toMatchObject({ ...told, order: { status: 'AWAITING_PAYMENT' } })
    })

    it('are nothing to an order that was paid meanwhile', async () => {
      const orderId = await at.placed(deferred, { answer: 'TooManyDeclined', retryAfterSeconds: 60 })
      at.payment.meanwhile = () => at.follow(orderId, 'Paid')
      expect(await at.pay(orderId)).toMatchObject({ type: 'OrderPayload', order: { status: 'PAID' } })
    })
  })
}
