import { beforeEach, describe, expect, it } from '@jest/globals'
import { newId } from '../../../chassis/ids.ts'
import { heard } from '../../../proofs/testing/facts.ts'
import type { Said } from '../../../schema/events/facts.ts'
import { aboutOrder } from './orders.ts'
import type { Rig } from './rig.ts'

/** The effects of other contexts' facts on orders, the menu and the stores. */
export function following(rig: () => Rig): void {
  let at: Rig
  beforeEach(() => {
    at = rig()
  })

  describe('following the others', () => {
    it('reaches DELIVERED', async () => {
      const orderId = await at.placed()
      for (const [fact, order] of [
        ['Received', { status: 'RECEIVED' }],
        ['Decorated', { status: 'DECORATED' }],
        ['DepartedForDelivery', { status: 'OUT_FOR_DELIVERY', attempt: 1, attemptFailed: false }],
        ['DeliveryAttemptFailed', { status: 'OUT_FOR_DELIVERY', attempt: 1, attemptFailed: true }],
        ['DeliveryCompleted', { status: 'DELIVERED' }],
      ] as const) {
        await at.follow(orderId, fact)
        expect(await at.order(orderId)).toMatchObject(order)
      }
      expect(await at.said()).toEqual(['Ordered', 'OrderConfirmed'])
    })

    it('fails, is tried again, and is returned', async () => {
      const orderId = await at.placed()
      await at.follow(orderId, 'DepartedForDelivery', 'DeliveryAttemptFailed')
      expect(await at.cancel(orderId)).toMatchObject({ type: 'WrongState', status: 'DELIVERY_FAILED' })
      expect(await at.pay(orderId)).toMatchObject({ type: 'OrderPayload' })
      await at.say(aboutOrder('DepartedForDelivery', orderId, { attempt: 2 }))
      expect(await at.cancel(orderId)).toMatchObject({ type: 'WrongState', status: 'OUT_FOR_DELIVERY' })
      await at.follow(orderId, 'DeliveryAttemptFailed', 'DepartedForDelivery')
      expect(await at.order(orderId)).toMatchObject({ attempt: 2, attemptFailed: false })
      await at.follow(orderId, 'FlowersReturned', 'DeliveryCompleted')
      expect(await at.status(orderId)).toBe('RETURNED')
      expect(await at.cancel(orderId)).toMatchObject({ type: 'WrongState', status: 'RETURNED' })
      expect(await at.pay(orderId)).toMatchObject({ type: 'OrderPayload' })
      expect(await at.said()).toEqual(['Ordered', 'OrderConfirmed'])
    })

    it('is cancelled by a race lost at the stock', async () => {
      const orderId = await at.placed()
      await at.follow(orderId, 'ItemOutOfStock')
      expect(await at.status(orderId)).toBe('CANCELLED')
      expect(await at.said()).toEqual(['Ordered', 'OrderConfirmed', 'OrderCancelled'])
    })

    it('has a fact’s effect once, also if it is repeated or concurrent', async () => {
      const orderId = await at.placed()
      const fact = heard(aboutOrder('ItemOutOfStock', orderId))
      await Promise.all([1, 2, 3].map(() => at.hear(fact)))
      await at.hear(fact)
      expect(await at.said()).toEqual(['Ordered', 'OrderConfirmed', 'OrderCancelled'])
    })

    it('lets no late fact lower it', async () => {
      const orderId = await at.placed()
      await at.follow(orderId, 'DeliveryCompleted')
      await at.follow(orderId, 'Received', 'Decorated', 'DepartedForDelivery', 'CancellationRefused')
      await at.follow(orderId, 'Paid', 'PaymentDeclined', 'ItemOutOfStock', 'Rejected', 'DeliveryCancelled')
      expect(await at.status(orderId)).toBe('DELIVERED')
      expect(await at.said()).toEqual(['Ordered', 'OrderConfirmed'])
    })

    it('does not take another amount than it costs for its payment', async () => {
      at.payment.answers = [{ answer: 'Deferred', retryAfterSeconds: 3 }]
      const orderId = await at.placed()
      const fact = heard(aboutOrder('Paid', orderId, { amount: { amount: 1, currency: 'KRW' } }))
      await expect(at.hear(fact)).rejects.toThrow('1 is paid')
      expect(await at.status(orderId)).toBe('AWAITING_PAYMENT')
      expect(await at.said()).toEqual(['Ordered'])
    })

    it('refuses a fact about an unknown order', async () => {
      const orderId = newId()
      const fact = heard(aboutOrder('Received', orderId))
      for (const _ of [1, 2]) await expect(at.hear(fact)).rejects.toThrow(orderId)
    })
  })

  describe('the menu', () => {
    const price = (amount: number) => ({ amount, currency: 'KRW' as const })
    const priceOf = async (itemId: string) => {
      const lines = [{ itemId, quantity: 1 }]
      const result = await at.commands.placeOrder(at.customer, at.placeInput({ idempotencyKey: newId(), lines }))
      return 'order' in result ? result.order.total.amount : result.type
    }

    it('does not depend on the order or concurrency of facts', async () => {
      for (let race = 0; race < 10; race++) {
        const itemId = newId()
        const registered = { itemId, storeId: at.store, name: '튤립', price: price(1), available: 0, itemVersion: 1 }
        const facts: Said[] = [
          { type: 'StockChanged', data: { itemId, available: 5, itemVersion: 3 } },
          { type: 'ItemRegistered', data: registered },
          { type: 'ItemPriceChanged', data: { itemId, price: price(30_000), itemVersion: 2 } },
        ]
        await Promise.all((race % 2 ? facts : facts.toReversed()).map(at.say))
        expect(await priceOf(itemId)).toBe(30_000)
      }
    })

    it('no longer sells withdrawn items, or units that are reserved', async () => {
      const itemId = await at.newItem(20)
      const lines = [{ itemId, name: '장미', unitPrice: price(50_000), quantity: 20 }]
      const deal = { orderId: newId(), storeId: at.store, customerId: newId(), lines }
      const stock = (available: number, itemVersion: number) => [{ itemId, available, itemVersion }]
      await at.say({ type: 'StockReserved', data: { ...deal, stock: stock(0, 2) } })
      expect(await priceOf(itemId)).toBe('ItemUnavailable')
      await at.say({ type: 'StockReleased', data: { orderId: deal.orderId, stock: stock(1, 3) } })
      expect(await priceOf(itemId)).toBe(50_000)
      await at.say({ type: 'ItemWithdrawn', data: { itemId, itemVersion: 4 } })
      expect(await priceOf(itemId)).toBe('ItemUnavailable')
    })
  })
}
