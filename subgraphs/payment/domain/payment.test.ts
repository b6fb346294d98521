import { describe, expect, it } from '@jest/globals'
import type { Fact } from '../../../schema/events/facts.ts'
import { amount, customerId, due, orderId, payments, type State, someCharge, told } from '../testing/payments.ts'
import { closeUnheard, follows, ordered } from './ending.ts'
import { charge, openAttempt } from './payment.ts'

const later = new Date('2026-01-01T00:00:10Z')
const states = Object.keys(payments) as State[]

/** language.md's table for the payment, written down a second time by hand: charged with tok-1, and with another. */
const CHARGED: { [S in State]: [same: string, other: string] } = {
  none: ['asks', 'asks'],
  ordered: ['asks', 'asks'],
  open: ['joins', 'Pending'],
  DECLINED: ['Declined', 'asks'],
  'DECLINED, open': ['Pending', 'Pending'],
  APPROVED: ['Approved', 'Approved'],
  closed: ['Closed', 'Closed'],
  'open, closed': ['Closed', 'Closed'],
  'DECLINED, closed': ['Closed', 'Closed'],
  'APPROVED, closed': ['Closed', 'Closed'],
  CANCELLED: ['Closed', 'Closed'],
}

describe.each(states)('a charge in the state "%s"', (state) => {
  const outcomeOf = (token: string) => {
    const decided = charge(payments[state], someCharge(token), later)
    if ('answer' in decided) return decided.answer
    return 'joins' in decided ? 'joins' : 'asks'
  }

  it.each([
    ['tok-1', CHARGED[state][0]],
    ['tok-9', CHARGED[state][1]],
  ])('by the token %s: %s', (token, expected) => {
    expect(outcomeOf(token)).toBe(expected)
  })
})

describe('a charge', () => {
  it('opens an attempt, to be committed before the provider is called, and repeated if the process dies', () => {
    expect(charge(null, someCharge('tok-1'), later)).toEqual({
      payment: {
        id: orderId,
        customerId,
        amount: someCharge('').amount,
        storeId: null,
        orderedAt: null,
        chargedAt: someCharge('').at,
        status: 'NONE',
        closed: false,
        attempts: [{ key: 'key of tok-1', token: 'tok-1', state: 'open', asked: 1, cause: 'command-2' }],
        parts: [],
        refund: null,
        dueAt: later,
      },
      call: {
        type: 'charge',
        orderId,
        key: 'key of tok-1',
        cause: 'command-2',
        token: 'tok-1',
        amount: someCharge('').amount,
      },
    })
  })

  it('stays DECLINED until the outcome of the new attempt is known', () => {
    const decided = charge(payments.DECLINED, someCharge('tok-2'), later)
    expect('payment' in decided && told(decided.payment)).toBe('DECLINED; declined open')
  })

  it('joins the attempt of the same token while an earlier one is declined', () => {
    const decided = charge(payments['DECLINED, open'], someCharge('tok-2'), later)
    expect('joins' in decided && openAttempt(decided.joins)?.key).toBe('key of tok-2')
  })

  it.each(['ordered', 'DECLINED', 'APPROVED'] as const)(
    'throws for another amount or customer than before: %s',
    (state) => {
      const other = { ...someCharge('tok-2'), customerId: orderId }
      expect(() => charge(payments[state], other, later)).toThrow('another customer')
      const less = { ...someCharge('tok-2'), amount: { amount: 1, currency: 'KRW' } as const }
      expect(() => charge(payments[state], less, later)).toThrow('another amount')
    },
  )
})

/** What each fact makes of each state; `same`: nothing. */
const HEARD: { [S in State]: [over: string, rejected: string] } = {
  none: ['NONE, closed', 'same'],
  ordered: ['NONE, closed', 'same'],
  open: ['NONE, closed; open', 'same'],
  DECLINED: ['DECLINED, closed; declined', 'same'],
  'DECLINED, open': ['DECLINED, closed; declined open', 'same'],
  APPROVED: ['APPROVED, closed; charged; PaymentCancelled due', 'APPROVED, closed; charged; ForciblyCancelled due'],
  closed: ['same', 'same'],
  'open, closed': ['same', 'same'],
  'DECLINED, closed': ['same', 'same'],
  'APPROVED, closed': ['same', 'same'],
  CANCELLED: ['same', 'same'],
}

describe.each(Object.keys(follows) as (keyof typeof follows)[])('on %s', (type) => {
  const fact = { id: 'fact-1', occurredAt: later.toISOString(), data: { orderId } }
  const expected = (state: State) => {
    const becomes = HEARD[state][type === 'Rejected' ? 1 : 0]
    return becomes === 'same' ? told(payments[state]) : becomes
  }

  it.each(states)('in the state "%s"', (state) => {
    expect(told(follows[type](payments[state], fact))).toBe(expected(state))
  })

  it.each(states)('changes nothing the second time, from "%s"', (state) => {
    const once = follows[type](payments[state], fact)
    expect(follows[type](once, { ...fact, id: 'fact-2' })).toBe(once)
  })
})

describe('on Ordered', () => {
  const fact = (change: Partial<Fact<'Ordered'>['data']> = {}): Fact<'Ordered'> => ({
    ...{ id: 'fact-1', type: 'Ordered', version: 1, correlationId: orderId, causationId: 'command-1' },
    occurredAt: due.toISOString(),
    data: { orderId, customerId, storeId: orderId, lines: [], total: amount, payBy: later.toISOString(), ...change },
  })
  const open = ['open', 'DECLINED, open'] as const

  it('an order is known before it is charged', () => {
    expect(ordered(null, fact())).toEqual(payments.ordered)
    expect(ordered(payments.closed, fact())).toEqual({ ...payments.ordered, closed: true })
  })

  it.each(states.filter((state) => payments[state]?.chargedAt))('a charge that came before stands: %s', (state) => {
    expect(ordered(payments[state], fact())).toEqual({ ...payments[state], orderedAt: due })
  })

  it.each([
    ['customer', { customerId: orderId }],
    ['amount', { total: { amount: 90_000, currency: 'KRW' } }],
  ] as const)('a charge of another %s is returned', (_, change) => {
    expect(told(ordered(payments.APPROVED, fact(change)))).toBe('APPROVED, closed; charged; PaymentCancelled due')
    for (const state of open) expect(ordered(payments[state], fact(change))).toMatchObject({ closed: true })
  })

  it('nothing changes the second time', () => {
    for (const state of states) {
      const once = ordered(payments[state], fact())
      expect(ordered(once, fact({ customerId: orderId }))).toBe(once)
    }
  })
})

describe('of an order that was never heard of', () => {
  it('a charge is returned', () => {
    expect(told(closeUnheard(payments.APPROVED, 'job-1'))).toBe('APPROVED, closed; charged; PaymentCancelled due')
    expect(told(closeUnheard(payments.open, 'job-1'))).toBe('NONE, closed; open')
  })

  it('nothing changes once it is heard of', () => {
    const heardOf = { ...payments.APPROVED, orderedAt: due }
    expect(closeUnheard(heardOf, 'job-1')).toBe(heardOf)
  })
})

describe('a refund', () => {
  it('is due at once, with its own provider key and the fact as its cause', () => {
    const fact = { id: 'fact-1', occurredAt: later.toISOString(), data: { orderId } }
    const closed = follows.OrderCancelled(payments.APPROVED, fact)
    // Whatever the publisher's clock.
    expect(closed?.dueAt?.getTime()).toBeLessThan(later.getTime())
    expect(closed).toMatchObject({
      refund: { key: 'key of tok-1:refund', asked: 0, says: 'PaymentCancelled', cause: 'fact-1' },
    })
  })

  it('keeps the reason that came first', () => {
    const fact = { id: 'fact-2', occurredAt: later.toISOString(), data: { orderId } }
    expect(follows.Rejected(payments['APPROVED, closed'], fact)?.refund?.says).toBe('PaymentCancelled')
  })
})
