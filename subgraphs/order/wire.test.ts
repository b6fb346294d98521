import { beforeEach, describe, expect, it } from '@jest/globals'
import type { ChargeAnswer } from './application/ports.ts'
import { customer, inMemory, placeInput, rose, roses } from './testing/in-memory.ts'

let order: ReturnType<typeof inMemory>
beforeEach(async () => {
  order = inMemory()
  await order.openShop()
})
const answers = (...given: ChargeAnswer[]) => order.payment.answers.push(...given)

describe('placing an order', () => {
  it('records it, charges the menu’s price, and confirms the deal', async () => {
    const result = await order.commands.placeOrder(customer, placeInput())
    expect(result).toMatchObject({ type: 'OrderPayload', order: { status: 'PAID', total: { amount: 100_000 } } })
    expect(order.payment.asked).toMatchObject([{ amount: { amount: 100_000 }, customerId: customer, token: 'tok_ok' }])
    expect(order.said()).toEqual(['Ordered', 'OrderConfirmed'])
  })

  it('answers the same order to the same key and input, 50 at once', async () => {
    const results = await Promise.all(
      Array.from({ length: 50 }, () => order.commands.placeOrder(customer, placeInput())),
    )
    expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(1)
    expect(order.said()).toEqual(['Ordered', 'OrderConfirmed'])
  })

  it('refuses the same key with another input', async () => {
    await order.commands.placeOrder(customer, placeInput())
    const other = placeInput({ cardMessage: 'other' })
    expect(await order.commands.placeOrder(customer, other)).toMatchObject({ type: 'IdempotencyConflict' })
    expect(order.payment.asked).toHaveLength(1)
  })

  it('lets two customers use the same key', async () => {
    await order.commands.placeOrder(customer, placeInput())
    const result = await order.commands.placeOrder('019b0000-0000-7000-8000-0000000000ff', placeInput())
    expect(result.type).toBe('OrderPayload')
    expect(order.said()).toEqual(['Ordered', 'OrderConfirmed', 'Ordered', 'OrderConfirmed'])
  })

  it.each([
    ['no lines', { lines: [] }, ['lines']],
    ['no quantity', { lines: [{ itemId: rose, quantity: 0 }] }, ['lines', '0', 'quantity']],
    ['too many', { lines: [{ itemId: rose, quantity: 1_000 }] }, ['lines', '0', 'quantity']],
    ['an item not on the menu', { lines: [{ itemId: customer, quantity: 1 }] }, ['lines', '0', 'itemId']],
    ['no such store', { storeId: customer }, ['storeId']],
    ['a total beyond the limit', { lines: [{ itemId: roses, quantity: 999 }] }, ['lines']],
    ['a nameless recipient', { recipient: { name: ' ', phone: '010', address: '서울' } }, ['recipient', 'name']],
    ['an endless card', { cardMessage: 'x'.repeat(501) }, ['cardMessage']],
    ['no token', { paymentToken: '' }, ['paymentToken']],
  ])('says where the input is wrong, before any charge: %s', async (_, change, path) => {
    const result = await order.commands.placeOrder(customer, placeInput(change))
    expect(result).toMatchObject({ type: 'InvalidInput', problems: [{ path }] })
    expect(order.payment.asked).toEqual([])
    expect(order.said()).toEqual([])
  })

  it('tells before any charge that the menu shows too few', async () => {
    const lines = [{ itemId: rose, quantity: 21 }]
    const result = await order.commands.placeOrder(customer, placeInput({ lines }))
    expect(result).toMatchObject({ type: 'ItemUnavailable', itemIds: [rose] })
    expect(order.payment.asked).toEqual([])
  })

  it('keeps a declined order for another token', async () => {
    answers({ answer: 'Declined' })
    const result = await order.commands.placeOrder(customer, placeInput())
    expect(result).toMatchObject({ type: 'PaymentDeclined', order: { status: 'PAYMENT_FAILED' } })
    const orderId = 'order' in result ? result.order.id : ''
    const paid = await order.commands.payOrder(customer, { orderId, paymentToken: 'tok_other' })
    expect(paid).toMatchObject({ type: 'OrderPayload', order: { status: 'PAID' } })
    expect(order.said()).toEqual(['Ordered', 'OrderConfirmed'])
  })

  it('defers when payment does not answer, and is confirmed when Paid is heard', async () => {
    answers({ answer: 'Deferred', retryAfterSeconds: 3 })
    const result = await order.commands.placeOrder(customer, placeInput())
    expect(result).toMatchObject({ type: 'PaymentDeferred', retryAfter: 3, order: { status: 'AWAITING_PAYMENT' } })
    const orderId = 'order' in result ? result.order.id : ''
    await order.hear({ type: 'Paid', data: { orderId, amount: { amount: 100_000, currency: 'KRW' } } })
    expect(await order.status(orderId)).toBe('PAID')
    expect(order.said()).toEqual(['Ordered', 'OrderConfirmed'])
  })
})

describe('too late', () => {
  it('expires what was not paid in time, and can no longer be paid', async () => {
    answers({ answer: 'Deferred', retryAfterSeconds: 3 })
    const result = await order.commands.placeOrder(customer, placeInput())
    const orderId = 'order' in result ? result.order.id : ''
    order.pass(31 * 60_000)
    const late = { orderId, paymentToken: 'tok_ok' }
    expect(await order.commands.payOrder(customer, late)).toMatchObject({ type: 'WrongState' })
    expect(await order.expireOrders()).toBe(0) // A payment begun in time has two minutes to arrive.
    order.pass(2 * 60_000)
    expect(await order.expireOrders()).toBe(1)
    expect(await order.commands.payOrder(customer, late)).toMatchObject({ type: 'WrongState', status: 'EXPIRED' })
    expect(order.said()).toEqual(['Ordered', 'OrderExpired'])
  })

  it('says that the money is returned where the order was cancelled meanwhile', async () => {
    answers({ answer: 'Deferred', retryAfterSeconds: 3 })
    const result = await order.commands.placeOrder(customer, placeInput())
    const orderId = 'order' in result ? result.order.id : ''
    order.payment.meanwhile = () => order.commands.cancelOrder(customer, { orderId })
    const paid = await order.commands.payOrder(customer, { orderId, paymentToken: 'tok_ok' })
    expect(paid).toMatchObject({ type: 'WrongState', status: 'CANCELLED' })
    expect(order.said()).toEqual(['Ordered', 'OrderCancelled'])
  })

  it('tells a stranger nothing', async () => {
    const result = await order.commands.placeOrder(customer, placeInput())
    const orderId = 'order' in result ? result.order.id : ''
    expect(await order.commands.cancelOrder('someone', { orderId })).toMatchObject({ type: 'NotFound' })
    expect(await order.commands.payOrder('someone', { orderId, paymentToken: 't' })).toMatchObject({ type: 'NotFound' })
  })
})

describe('a race lost at the stock', () => {
  it('cancels the order', async () => {
    const result = await order.commands.placeOrder(customer, placeInput())
    const orderId = 'order' in result ? result.order.id : ''
    await order.hear({ type: 'ItemOutOfStock', data: { orderId, itemIds: [rose] } })
    expect(await order.status(orderId)).toBe('CANCELLED')
    expect(order.said()).toEqual(['Ordered', 'OrderConfirmed', 'OrderCancelled'])
  })
})
