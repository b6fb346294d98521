import { describe, expect, it } from '@jest/globals'
import { aboutOrder, someOrder as order } from '../testing/orders.ts'
import { correct } from './correcting.ts'
import {
  canBePaid,
  cancel,
  confirm,
  expire,
  follow,
  type Order,
  type OrderStatus,
  paymentFailed,
  statusOf,
} from './order.ts'

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
  'RETURNED',
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
  ['DeliveryAttemptFailed', ['PAID', 'RECEIVED', 'DECORATED', 'CANCELLING'], 'OUT_FOR_DELIVERY', null],
  ['FlowersReturned', ['PAID', 'RECEIVED', 'DECORATED', 'OUT_FOR_DELIVERY', 'CANCELLING'], 'RETURNED', null],
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
    ['RETURNED', 'too late', null],
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

describe('attempts to deliver it', () => {
  const departed = (attempt?: number) => said('DepartedForDelivery', { attempt })
  const failed = (attempt: number) => said('DeliveryAttemptFailed', { attempt })
  const followed = (...facts: OrderFact[]) => facts.reduce((so, fact) => follow(so, fact).order, order('DECORATED'))

  it('rank by their number, and a failed one above the same one under way, in whatever order they are heard', () => {
    const facts = [departed(), failed(1), departed(2), failed(2)]
    for (const [heard, told] of [
      [1, 'OUT_FOR_DELIVERY'],
      [2, 'DELIVERY_FAILED'],
      [3, 'OUT_FOR_DELIVERY'],
      [4, 'DELIVERY_FAILED'],
    ] as const)
      for (const mixed of permutations(facts.slice(0, heard))) {
        const { attempt, ...rest } = followed(...mixed, ...mixed)
        expect([statusOf(rest), attempt]).toEqual([told, Math.ceil(heard / 2)])
      }
  })

  it('are known by CancellationRefused, too, which says of none that it has not failed', () => {
    const refused = said('CancellationRefused')
    const cancelling = order('CANCELLING')
    const told = (...facts: OrderFact[]) => statusOf(facts.reduce((so, fact) => follow(so, fact).order, cancelling))
    expect(told(refused)).toBe('OUT_FOR_DELIVERY')
    expect([told(refused, failed(1)), told(failed(1), refused)]).toEqual(['DELIVERY_FAILED', 'DELIVERY_FAILED'])
    expect(told(refused, failed(1), departed())).toBe('DELIVERY_FAILED')
  })

  it('that failed are kept so that a process of the release before still takes the end', () => {
    const kept = followed(departed(), failed(1))
    expect(kept.status).toBe('OUT_FOR_DELIVERY')
    expect(follow(kept, said('DeliveryCompleted')).order.status).toBe('DELIVERED')
    expect(cancel(kept, null)).toBeNull()
  })
})

describe('correcting the recipient', () => {
  const recipient = { name: '홍길동', phone: '010-1234-5678', address: '분당' }
  const failed = { ...order('OUT_FOR_DELIVERY'), attempt: 1, attemptFailed: true }
  const may = (of: Order) => typeof correct(of, recipient) === 'object'

  it('is possible before departure, and after the delivery failed', () => {
    expect(ALL.filter((status) => may(order(status)))).toEqual([
      ...['AWAITING_PAYMENT', 'PAYMENT_FAILED', 'PAID', 'RECEIVED', 'DECORATED'],
    ])
    expect(may(failed)).toBe(true)
  })

  it('says that it was corrected, and whether the phone number was; a repeated one says nothing, at any time', () => {
    const saysOf = (change: object) => {
      const decision = correct(order('PAID'), { ...recipient, ...change })
      return typeof decision === 'object' && decision.says
    }
    expect(saysOf({})).toEqual([{ type: 'RecipientCorrected', data: { orderId: id } }])
    expect(saysOf({ phone: '010-0000-0000' })).toEqual([
      { type: 'RecipientCorrected', data: { orderId: id, phoneChanged: true } },
    ])
    const corrected = { ...order('DELIVERED'), recipient }
    expect(correct(corrected, recipient)).toEqual({ order: corrected, says: [] })
  })

  it('ends at twenty', () => {
    expect(correct({ ...order('PAID'), corrections: 19 }, recipient)).toMatchObject({ order: { corrections: 20 } })
    expect(correct({ ...order('PAID'), corrections: 20 }, recipient)).toBe('too often')
  })
})

function permutations<T>(all: T[]): T[][] {
  if (all.length < 2) return [all]
  return all.flatMap((first, index) => permutations(all.toSpliced(index, 1)).map((rest) => [first, ...rest]))
}
