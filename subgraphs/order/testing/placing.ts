import { beforeEach, describe, expect, it } from '@jest/globals'
import { newId } from '../../../chassis/ids.ts'
import type { Rig } from './rig.ts'

/** How an order is placed, and paid at once. */
export function placing(rig: () => Rig): void {
  let at: Rig
  beforeEach(() => {
    at = rig()
  })
  const place = (change: object = {}, customer = at.customer) => at.commands.placeOrder(customer, at.placeInput(change))

  describe('placing an order', () => {
    it('records it, charges the menu’s price, and confirms the deal', async () => {
      const result = await place()
      expect(result).toMatchObject({ type: 'OrderPayload', order: { status: 'PAID', total: { amount: 100_000 } } })
      expect(at.payment.asked).toMatchObject([
        { amount: { amount: 100_000 }, customerId: at.customer, token: 'tok_ok' },
      ])
      expect(await at.said()).toEqual(['Ordered', 'OrderConfirmed'])
    })

    it('records the order before it calls payment', async () => {
      const seen: unknown[] = []
      at.payment.meanwhile = async ({ orderId }) => seen.push(await at.status(orderId), await at.said())
      await place()
      expect(seen).toEqual(['AWAITING_PAYMENT', ['Ordered']])
    })

    it('answers the same order to the same key and input, 50 at once', async () => {
      const results = await Promise.all(Array.from({ length: 50 }, () => place()))
      expect(results[0]).toMatchObject({ type: 'OrderPayload', order: { status: 'PAID' } })
      expect(results).toEqual(results.map(() => results[0]))
      expect(new Set(at.payment.asked.map(({ orderId }) => orderId)).size).toBe(1)
      expect(await at.said()).toEqual(['Ordered', 'OrderConfirmed'])
    })

    it('returns the present order for a repeated key, without charging again', async () => {
      const first = await place()
      const orderId = 'order' in first ? first.order.id : ''
      await at.cancel(orderId)
      expect(await place()).toMatchObject({ type: 'OrderPayload', order: { id: orderId, status: 'CANCELLING' } })
      expect(at.payment.asked).toHaveLength(1)
    })

    it('retries the payment of an unpaid order for a repeated key', async () => {
      at.payment.answers.push({ answer: 'Deferred', retryAfterSeconds: 3 })
      expect(await place()).toMatchObject({ type: 'PaymentDeferred' })
      expect(await place()).toMatchObject({ type: 'OrderPayload', order: { status: 'PAID' } })
      expect(await at.said()).toEqual(['Ordered', 'OrderConfirmed'])
    })

    it('refuses the same key with another input', async () => {
      await place()
      expect(await place({ cardMessage: 'other' })).toMatchObject({ type: 'IdempotencyConflict' })
      expect(at.payment.asked).toHaveLength(1)
    })

    it('treats another notation of the phone number and invisible characters in the name as the same input', async () => {
      const first = await place({ recipient: { ...at.placeInput().recipient, phone: '010-1234-5678' } })
      for (const phone of ['+82 10 1234 5678', '０１０１２３４５６７８', '\u202a010-1234-5678\u202c']) {
        expect(await place(recipient({ phone, name: '\u200b홍길동' }))).toEqual(first)
      }
      expect(first).toMatchObject({ order: { recipient: { name: '홍길동', phone: '010-1234-5678' } } })
    })

    it('lets two customers use the same key', async () => {
      await place()
      expect((await place({}, newId())).type).toBe('OrderPayload')
      expect(await at.said()).toEqual(['Ordered', 'OrderConfirmed', 'Ordered', 'OrderConfirmed'])
    })

    it.each([
      ['no lines', () => ({ lines: [] }), ['lines']],
      ['no quantity', () => ({ lines: [{ itemId: at.rose, quantity: 0 }] }), ['lines', '0', 'quantity']],
      ['too many', () => ({ lines: [{ itemId: at.rose, quantity: 1_000 }] }), ['lines', '0', 'quantity']],
      ['an item not on the menu', () => ({ lines: [{ itemId: newId(), quantity: 1 }] }), ['lines', '0', 'itemId']],
      ['what is no item’s id', () => ({ lines: [{ itemId: 'rose\0', quantity: 1 }] }), ['lines', '0', 'itemId']],
      ['no such store', () => ({ storeId: newId() }), ['storeId']],
      ['what is no store’s id', () => ({ storeId: 'KJSHOP' }), ['storeId']],
      ['a total beyond the limit', () => ({ lines: [{ itemId: at.roses, quantity: 999 }] }), ['lines']],
      ['a nameless recipient', () => recipient({ name: ' ' }), ['recipient', 'name']],
      ['an unreadable address', () => recipient({ address: '서울\0' }), ['recipient', 'address']],
      ['a recipient whose name nobody sees', () => recipient({ name: '\u200b\u200b' }), ['recipient', 'name']],
      ['a recipient of two lines', () => recipient({ name: 'Kim\nHaneul' }), ['recipient', 'name']],
      ['a phone number of two lines', () => recipient({ phone: '010\n1234' }), ['recipient', 'phone']],
      ['only signs of a phone number', () => recipient({ phone: '+()-' }), ['recipient', 'phone']],
      [
        'a total in another currency',
        () => ({ expectedTotal: { amount: 100_000, currency: 'USD' } }),
        ['expectedTotal', 'currency'],
      ],
      [
        'a total below nothing',
        () => ({ expectedTotal: { amount: -1, currency: 'KRW' } }),
        ['expectedTotal', 'amount'],
      ],
      ['more than 20 lines, whatever is in them', () => ({ lines: Array(21).fill({}) }), ['lines']],
      ['no phone number', () => recipient({ phone: 'call me' }), ['recipient', 'phone']],
      ['an endless card', () => ({ cardMessage: 'x'.repeat(501) }), ['cardMessage']],
      ['no token', () => ({ paymentToken: '' }), ['paymentToken']],
      ['an endless key', () => ({ idempotencyKey: 'k'.repeat(256) }), ['idempotencyKey']],
    ])('says where the input is wrong, before any charge: %s', async (_, change, path) => {
      const result = await place(change())
      expect(result).toMatchObject({ type: 'InvalidInput', problems: [{ path }] })
      expect(at.payment.asked).toEqual([])
      expect(await at.said()).toEqual([])
    })
    it.each<[string, () => object, object]>([
      ['no lines', () => ({ lines: [] }), { code: 'TOO_FEW', limit: 1 }],
      ['21 lines', () => ({ lines: Array(21).fill({}) }), { code: 'TOO_MANY', limit: 20 }],
      ['an unknown item', () => ({ lines: [{ itemId: newId(), quantity: 1 }] }), { code: 'NOT_FOUND' }],
      ['an unknown store', () => ({ storeId: newId() }), { code: 'NOT_FOUND' }],
      ['a great total', () => ({ lines: [{ itemId: at.roses, quantity: 999 }] }), { code: 'TOO_LARGE', limit: 2e9 }],
    ])('says what is wrong in a code, too: %s', async (_, change, problem) => {
      expect(await place(change())).toMatchObject({ problems: [problem] })
    })
    const recipient = (change: object) => ({ recipient: { ...at.placeInput().recipient, ...change } })

    it('is refused before any charge if the menu has too few units; the key is still unused', async () => {
      const itemId = await at.newItem(20)
      const lines = [{ itemId, quantity: 21 }]
      const expectedTotal = { amount: 21 * 50_000, currency: 'KRW' }
      expect(await place({ lines, expectedTotal })).toMatchObject({ type: 'ItemUnavailable', itemIds: [itemId] })
      expect(at.payment.asked).toEqual([])
      await at.say({ type: 'StockChanged', data: { itemId, available: 21, itemVersion: 2 } })
      expect(await place({ lines, expectedTotal })).toMatchObject({ type: 'OrderPayload' })
    })

    it('keeps a declined order for another token', async () => {
      at.payment.answers.push({ answer: 'Declined' })
      const result = await place()
      expect(result).toMatchObject({ type: 'PaymentDeclined', order: { status: 'PAYMENT_FAILED' } })
      const orderId = 'order' in result ? result.order.id : ''
      expect(await at.pay(orderId, 'tok_other')).toMatchObject({ type: 'OrderPayload', order: { status: 'PAID' } })
      expect(await at.said()).toEqual(['Ordered', 'OrderConfirmed'])
    })

    it('defers when payment does not answer, and is confirmed when Paid is heard', async () => {
      at.payment.answers.push({ answer: 'Deferred', retryAfterSeconds: 3 })
      const result = await place()
      expect(result).toMatchObject({ type: 'PaymentDeferred', retryAfter: 3, order: { status: 'AWAITING_PAYMENT' } })
      const orderId = 'order' in result ? result.order.id : ''
      await at.follow(orderId, 'Paid')
      expect(await at.status(orderId)).toBe('PAID')
      expect(await at.said()).toEqual(['Ordered', 'OrderConfirmed'])
    })

    it.each(['Approved', 'Closed'] as const)(
      'returns the present order if it was cancelled in the meantime: %s',
      async (answer) => {
        at.payment.meanwhile = ({ orderId }) => at.cancel(orderId)
        at.payment.answers.push({ answer })
        expect(await place()).toMatchObject({ type: 'OrderPayload', order: { status: 'CANCELLED' } })
        expect(await at.said()).toEqual(['Ordered', 'OrderCancelled'])
      },
    )
  })
}
