import { beforeEach, describe, expect, it } from '@jest/globals'
import { newId } from '../../../chassis/ids.ts'
import type { Rig } from './rig.ts'

const deferred = { answer: 'Deferred', retryAfterSeconds: 3 } as const

/** How an order is paid later, up to payBy. */
export function paying(rig: () => Rig): void {
  let at: Rig
  beforeEach(() => {
    at = rig()
  })

  describe('paying an order', () => {
    it('confirms the order and charges once; a repeated request has the same answer', async () => {
      const orderId = await at.placed(deferred)
      const paid = await at.pay(orderId)
      expect(paid).toMatchObject({ type: 'OrderPayload', order: { status: 'PAID' } })
      for (const token of ['tok_ok', 'tok_other']) expect(await at.pay(orderId, token)).toEqual(paid)
      expect(at.payment.asked.map(({ orderId }) => orderId)).toEqual([orderId, orderId])
      expect(await at.said()).toEqual(['Ordered', 'OrderConfirmed'])
    })

    it('is deferred if payment does not know the outcome yet', async () => {
      const orderId = await at.placed({ answer: 'Declined' }, deferred)
      const payBy = (await at.order(orderId))?.payBy
      expect(await at.pay(orderId)).toMatchObject({ type: 'PaymentDeferred', retryAfter: 3, payBy })
      expect(await at.status(orderId)).toBe('PAYMENT_FAILED')
    })

    it('returns the paid order if the decline comes after Paid', async () => {
      const orderId = await at.placed(deferred, { answer: 'Declined' })
      at.payment.meanwhile = () => at.follow(orderId, 'Paid')
      expect(await at.pay(orderId)).toMatchObject({ type: 'OrderPayload', order: { status: 'PAID' } })
    })

    it('does not defer an order that was cancelled while payment did not answer', async () => {
      const orderId = await at.placed(deferred, deferred)
      at.payment.meanwhile = () => at.cancel(orderId)
      expect(await at.pay(orderId)).toMatchObject({ type: 'WrongState', status: 'CANCELLED' })
    })

    it('tells a stranger nothing', async () => {
      const orderId = await at.placed(deferred)
      const strangers = [
        at.commands.payOrder(newId(), { orderId, paymentToken: 't' }),
        at.pay(newId()),
        at.pay('no id'),
      ]
      for (const result of await Promise.all(strangers)) expect(result).toMatchObject({ type: 'NotFound' })
      expect(at.payment.asked).toHaveLength(1)
    })

    it('takes a token', async () => {
      const result = await at.pay(await at.placed(deferred), ' ')
      expect(result).toMatchObject({ type: 'InvalidInput', problems: [{ path: ['paymentToken'] }] })
    })

    it.each([
      ['CANCELLED', (id: string) => at.cancel(id)],
      ['CANCELLING', (id: string) => at.follow(id, 'Paid').then(() => at.cancel(id))],
      ['REJECTED', (id: string) => at.follow(id, 'Paid', 'Rejected')],
    ])('is not possible any more when it is %s', async (status, end) => {
      const orderId = await at.placed(deferred)
      await end(orderId)
      expect(await at.pay(orderId)).toMatchObject({ type: 'WrongState', status })
      expect(at.payment.asked).toHaveLength(1)
    })

    it.each([
      ['PAID', []],
      ['RECEIVED', ['Received']],
      ['DECORATED', ['Decorated']],
      ['OUT_FOR_DELIVERY', ['DepartedForDelivery']],
      ['DELIVERED', ['DeliveryCompleted']],
    ] as const)('answers how it stands where it is paid already: %s', async (status, facts) => {
      const orderId = await at.placed()
      for (const fact of facts) await at.follow(orderId, fact)
      expect(await at.pay(orderId)).toMatchObject({ type: 'OrderPayload', order: { status } })
      expect(at.payment.asked).toHaveLength(1)
    })

    it('says that the money is returned if the order was cancelled in the meantime', async () => {
      const orderId = await at.placed(deferred)
      at.payment.meanwhile = () => at.cancel(orderId)
      expect(await at.pay(orderId)).toMatchObject({ type: 'WrongState', status: 'CANCELLED' })
      expect(await at.said()).toEqual(['Ordered', 'OrderCancelled'])
    })
  })

  describe('too late', () => {
    it('expires an order that was not paid in time, which can then no longer be paid', async () => {
      const orderId = await at.placed(deferred)
      at.pass(31 * 60_000)
      const over = { type: 'WrongState', message: 'The time to pay this order is over.', status: 'AWAITING_PAYMENT' }
      expect(await at.pay(orderId)).toEqual(over)
      expect(await at.expireOrders()).toBe(0) // A payment begun in time has two minutes to arrive.
      at.pass(2 * 60_000)
      expect(await at.expireOrders()).toBe(1)
      expect(await at.pay(orderId)).toMatchObject({ type: 'WrongState', status: 'EXPIRED' })
      expect(await at.said()).toEqual(['Ordered', 'OrderExpired'])
    })

    it('does not expire a paid, cancelled or expired order, but a declined one', async () => {
      const declined = await at.placed({ answer: 'Declined' })
      const cancelled = await at.placed(deferred)
      await at.cancel(cancelled)
      const paid = await at.placed()
      at.pass(33 * 60_000)
      expect(await at.expireOrders()).toBe(1)
      expect(await at.expireOrders()).toBe(0)
      expect(await Promise.all([declined, cancelled, paid].map(at.status))).toEqual(['EXPIRED', 'CANCELLED', 'PAID'])
    })
  })
}
