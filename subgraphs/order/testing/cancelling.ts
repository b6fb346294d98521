import { beforeEach, describe, expect, it } from '@jest/globals'
import { newId } from '../../../chassis/ids.ts'
import type { AboutOrder } from './orders.ts'
import type { Rig } from './rig.ts'

/** How a customer cancels. */
export function cancelling(rig: () => Rig): void {
  let at: Rig
  beforeEach(() => {
    at = rig()
  })

  describe('cancelling', () => {
    it('is done at once while unpaid, and a repeated request has the same answer', async () => {
      const orderId = await at.placed({ answer: 'Declined' })
      const cancelled = await at.cancel(orderId)
      expect(cancelled).toMatchObject({ type: 'OrderPayload', order: { status: 'CANCELLED' } })
      expect(await at.cancel(orderId)).toEqual(cancelled)
      await at.follow(orderId, 'Paid') // Payment returns it by itself.
      expect(await at.said()).toEqual(['Ordered', 'OrderCancelled'])
      expect(await at.status(orderId)).toBe('CANCELLED')
    })

    it('is requested once from store or delivery after payment, and done when they agree', async () => {
      const orderId = await at.placed()
      await at.follow(orderId, 'Received')
      const asked = await at.cancel(orderId)
      expect(asked).toMatchObject({ type: 'OrderPayload', order: { status: 'CANCELLING' } })
      expect(await at.cancel(orderId)).toEqual(asked)
      await at.follow(orderId, 'RegistrationCancelled', 'RegistrationCancelled')
      expect(await at.status(orderId)).toBe('CANCELLED')
      expect(await at.said()).toEqual(['Ordered', 'OrderConfirmed', 'CancellationRequested', 'OrderCancelled'])
    })

    it.each<[string, AboutOrder[]]>([
      ['OUT_FOR_DELIVERY', ['DepartedForDelivery']],
      ['DELIVERED', ['DepartedForDelivery', 'DeliveryCompleted']],
      ['REJECTED', ['Rejected']],
    ])('is too late when it is %s', async (status, facts) => {
      const orderId = await at.placed()
      await at.follow(orderId, ...facts)
      expect(await at.cancel(orderId)).toMatchObject({ type: 'WrongState', status })
      expect(await at.said()).toEqual(['Ordered', 'OrderConfirmed'])
    })

    it('is refused after departure', async () => {
      const orderId = await at.placed()
      await at.cancel(orderId)
      await at.follow(orderId, 'CancellationRefused')
      expect(await at.cancel(orderId)).toMatchObject({ type: 'WrongState', status: 'OUT_FOR_DELIVERY' })
    })

    it('stores the reason with the order, and in no fact', async () => {
      const reasons = [' 다른 가게에서 샀어요 ', 'x'.repeat(501), 'a\0b', ' ', null]
      const kept: unknown[] = []
      for (const reason of reasons) {
        const orderId = await at.placed()
        await at.cancel(orderId, reason)
        kept.push((await at.order(orderId))?.cancellationReason)
      }
      expect(kept).toEqual(['다른 가게에서 샀어요', 'x'.repeat(500), 'ab', null, null])
    })

    it('tells a stranger nothing', async () => {
      const orderId = await at.placed()
      const strangers = [at.commands.cancelOrder(newId(), { orderId }), at.cancel(newId()), at.cancel('no id')]
      for (const result of await Promise.all(strangers)) expect(result).toMatchObject({ type: 'NotFound' })
      expect(await at.status(orderId)).toBe('PAID')
    })
  })
}
