import { describe, expect, it } from '@jest/globals'
import { aboutOrder, someOrder as order, riderId } from '../testing/orders.ts'
import { canBePaid, cancel, confirm, expire, follow, type OrderStatus, paymentFailed } from './order.ts'

const id = order('PAID').id
const ALL: OrderStatus[] = [
  'AWAITING_PAYMENT',
  'PAYMENT_FAILED',
  'EXPIRED',
  'PAID',
  'RECEIVED',
  'DECORATED',
  'OUT_FOR_DELIVERY',
  'DELIVERED',
  'CANCELLING',
  'CANCELLED',
  'REJECTED',
]
type OrderFact = Parameters<typeof follow>[1]
const said = (type: OrderFact['type'], more: object = {}) => aboutOrder(type, id, more)

/** language.md's table for the order, written down a second time by hand. */
const TABLE: [OrderFact['type'], OrderStatus[], OrderStatus, string | null][] = [
  ['ItemOutOfStock', ['PAID', 'CANCELLING'], 'CANCELLED', 'OUT_OF_STOCK'],
  ['Received', ['PAID'], 'RECEIVED', null],
  ['Decorated', ['PAID', 'RECEIVED'], 'DECORATED', null],
  ['Rejected', ['PAID', 'RECEIVED', 'CANCELLING'], 'REJECTED', null],
  ['DepartedForDelivery', ['PAID', 'RECEIVED', 'DECORATED', 'CANCELLING'], 'OUT_FOR_DELIVERY', null],
  ['DeliveryCompleted', ['PAID', 'RECEIVED', 'DECORATED', 'OUT_FOR_DELIVERY', 'CANCELLING'], 'DELIVERED', null],
  ['RegistrationCancelled', ['CANCELLING'], 'CANCELLED', 'CUSTOMER'],
  ['DeliveryCancelled', ['CANCELLING'], 'CANCELLED', 'CUSTOMER'],
  ['CancellationRefused', ['CANCELLING'], 'OUT_FOR_DELIVERY', null],
]

describe('an order following the others', () => {
  describe.each(TABLE)('on %s', (type, states, becomes, reason) => {
    it.each(ALL)('in %s', (status) => {
      const decision = follow(order(status), said(type))
      const listed = states.includes(status)
      expect(decision.order.status).toBe(listed ? becomes : status)
      const cancelled = { type: 'OrderCancelled', data: { orderId: id, reason } }
      expect(decision.says).toEqual(listed && reason ? [cancelled] : [])
    })

    it.each(ALL)('changes nothing the second time, from %s', (status) => {
      const once = follow(order(status), said(type)).order
      expect(follow(once, said(type))).toEqual({ order: once, says: [] })
    })
  })

  it('leaves the cancellation to delivery if it is decorated already', () => {
    expect(follow(order('CANCELLING'), said('RegistrationCancelled', { decorated: true }))).toMatchObject({
      order: { status: 'CANCELLING' },
      says: [],
    })
  })
})

describe('paying', () => {
  it.each(ALL)('confirms only an unpaid order: %s', (status) => {
    const unpaid = status === 'AWAITING_PAYMENT' || status === 'PAYMENT_FAILED'
    const { order: after, says } = confirm(order(status))
    expect(after.status).toBe(unpaid ? 'PAID' : status)
    const { customerId, storeId, lines, promise, substitution } = after
    const data = { orderId: id, customerId, storeId, lines, promise, substitution }
    const confirmed = { type: 'OrderConfirmed', data }
    expect(says).toEqual(unpaid ? [confirmed] : [])
  })

  it.each(ALL)('fails only an order that awaits payment: %s', (status) => {
    const { order: after, says } = paymentFailed(order(status))
    expect(after.status).toBe(status === 'AWAITING_PAYMENT' ? 'PAYMENT_FAILED' : status)
    expect(says).toEqual([])
  })

  it('is possible up to payBy', () => {
    const due = order('PAYMENT_FAILED')
    expect(canBePaid(due, due.payBy)).toBe(true)
    expect(canBePaid(due, new Date(due.payBy.getTime() + 1))).toBe(false)
    expect(canBePaid(order('PAID'), due.placedAt)).toBe(false)
  })

  it.each(ALL)('expires only an unpaid order: %s', (status) => {
    const unpaid = status === 'AWAITING_PAYMENT' || status === 'PAYMENT_FAILED'
    const { order: after, says } = expire(order(status))
    expect(after.status).toBe(unpaid ? 'EXPIRED' : status)
    expect(says).toEqual(unpaid ? [{ type: 'OrderExpired', data: { orderId: id } }] : [])
  })
})

describe('cancelling', () => {
  it.each<[OrderStatus, OrderStatus | 'too late', string | null]>([
    ['AWAITING_PAYMENT', 'CANCELLED', 'OrderCancelled'],
    ['PAYMENT_FAILED', 'CANCELLED', 'OrderCancelled'],
    ['PAID', 'CANCELLING', 'CancellationRequested'],
    ['RECEIVED', 'CANCELLING', 'CancellationRequested'],
    ['DECORATED', 'CANCELLING', 'CancellationRequested'],
    ['CANCELLING', 'CANCELLING', null],
    ['CANCELLED', 'CANCELLED', null],
    ['OUT_FOR_DELIVERY', 'too late', null],
    ['DELIVERED', 'too late', null],
    ['REJECTED', 'too late', null],
    ['EXPIRED', 'too late', null],
  ])('in %s: %s', (status, becomes, says) => {
    const decision = cancel(order(status), null)
    expect(decision?.order.status ?? 'too late').toBe(becomes)
    expect(decision?.says.map(({ type }) => type) ?? []).toEqual(says ? [says] : [])
  })
})

it('keeps the reason that was given first', () => {
  for (const status of ['CANCELLING', 'CANCELLED'] as const) {
    const cancelled = { ...order(status), cancellationReason: 'first' }
    expect(cancel(cancelled, 'second')?.order.cancellationReason).toBe('first')
  }
})

describe('the riders who may read it', () => {
  it('are all riders after decoration, and only its rider after departure', () => {
    const decorated = follow(order('RECEIVED'), said('Decorated')).order
    expect(decorated).toMatchObject({ awaitsRider: true, riderId: null })
    const departed = follow(decorated, said('DepartedForDelivery')).order
    expect(departed).toMatchObject({ awaitsRider: false, riderId })
  })

  it('do not change by a late fact', () => {
    const departed = follow(order('RECEIVED'), said('DepartedForDelivery')).order
    expect(follow(departed, said('Decorated')).order).toMatchObject({ awaitsRider: false, riderId })
    expect(follow(order('CANCELLED'), said('Decorated')).order.awaitsRider).toBe(false)
  })

  it('is none after a cancelled delivery', () => {
    const decorated = { ...order('CANCELLING'), awaitsRider: true }
    expect(follow(decorated, said('DeliveryCancelled')).order.awaitsRider).toBe(false)
  })
})
