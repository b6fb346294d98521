import { describe, expect, it } from '@jest/globals'
import { amount, orderId, payments, type State, told } from '../testing/payments.ts'
import type { Payment, ProviderCall } from './payment.ts'
import { applyOutcome, nextCall, type Outcome } from './provider-calls.ts'

const now = new Date('2026-01-01T00:00:05Z')
const retryAt = new Date('2026-01-01T00:00:11Z')
const states = (Object.keys(payments) as State[]).filter((state) => payments[state])
const of = (state: State): Payment => {
  const payment = payments[state]
  if (!payment) throw new Error(`There is no payment ${state}.`)
  return payment
}
const charge = (token = 'tok-1'): ProviderCall => ({
  type: 'charge',
  orderId,
  key: `key of ${token}`,
  cause: 'command-1',
  token,
  amount,
})
const refund: ProviderCall = {
  type: 'refund',
  orderId,
  key: 'key of tok-1:refund',
  cause: 'fact-1',
  chargeKey: 'key of tok-1',
  amount,
}

/** The rows of language.md for the provider's outcomes, written by hand a second time. */
const OUTCOMES: [State, ProviderCall, Outcome, becomes: string, says: string | null][] = [
  ['open', charge(), 'charged', 'APPROVED; charged', 'Paid'],
  ['open', charge(), 'declined', 'DECLINED; declined', 'PaymentDeclined'],
  ['open', charge(), 'refused', 'NONE', null],
  ['open', charge(), 'voided', 'NONE; voided', null],
  ['open', charge(), 'unknown', 'NONE; open', null],
  ['DECLINED, open', charge('tok-2'), 'charged', 'APPROVED; declined charged', 'Paid'],
  ['DECLINED, open', charge('tok-2'), 'declined', 'DECLINED; declined declined', 'PaymentDeclined'],
  ['DECLINED, open', charge('tok-2'), 'refused', 'DECLINED; declined', null],
  ['DECLINED, open', charge('tok-2'), 'unknown', 'DECLINED; declined open', null],
  ['open, closed', charge(), 'charged', 'APPROVED, closed; charged; PaymentCancelled due', 'Paid'],
  ['open, closed', charge(), 'declined', 'DECLINED, closed; declined', 'PaymentDeclined'],
  ['open, closed', charge(), 'refused', 'NONE, closed', null],
  ['open, closed', charge(), 'voided', 'NONE, closed; voided', null],
  ['open, closed', charge(), 'refunded', 'NONE, closed; voided', null],
  ['open, closed', charge(), 'unknown', 'NONE, closed; open', null],
  ['APPROVED, closed', refund, 'refunded', 'CANCELLED, closed; refunded', 'PaymentCancelled'],
  ['APPROVED, closed', refund, 'voided', 'CANCELLED, closed; refunded', 'PaymentCancelled'],
  ['APPROVED, closed', refund, 'refused', 'APPROVED, closed; charged; PaymentCancelled due', null],
  ['APPROVED, closed', refund, 'unknown', 'APPROVED, closed; charged; PaymentCancelled due', null],
]

describe('the outcome of a provider call', () => {
  it.each(OUTCOMES)('in the state "%s", after %j: %s', (state, call, outcome, becomes, says) => {
    const decision = applyOutcome(of(state), call, outcome, now)
    expect(told(decision.payment)).toBe(becomes)
    expect(decision.says).toEqual(says ? [{ type: says, data: { orderId, amount } }] : [])
  })

  it.each(OUTCOMES)('changes nothing the second time, in "%s", after %j: %s', (state, call, outcome) => {
    const once = applyOutcome(of(state), call, outcome, now).payment
    const twice = applyOutcome(once, call, outcome, now)
    expect(told(twice.payment)).toBe(told(once))
    expect(twice.says).toEqual([])
  })

  it('is ignored if the attempt is not open and another one is', () => {
    const state = of('DECLINED, open')
    expect(applyOutcome(state, charge('tok-1'), 'charged', now)).toEqual({ payment: state, says: [] })
  })

  const settled = states.filter((state) => state !== 'closed' && !state.includes('open'))
  it.each(settled)('is ignored if the attempt is not open, in "%s"', (state) => {
    const outcomes: Outcome[] = ['charged', 'declined', 'voided', 'refused', 'unknown']
    for (const outcome of outcomes) {
      expect(applyOutcome(of(state), charge(), outcome, now)).toEqual({ payment: of(state), says: [] })
    }
  })

  it.each(settled.filter((state) => state !== 'APPROVED, closed'))('is ignored for a refund in "%s"', (state) => {
    expect(applyOutcome(of(state), refund, 'refunded', now)).toEqual({ payment: of(state), says: [] })
  })

  it('"refused" is believed for the first call only, because an earlier one may have had an effect', () => {
    const { payment } = nextCall(of('open'), retryAt)
    expect(told(applyOutcome(payment, charge(), 'refused', now).payment)).toBe('NONE; open')
  })

  it('says the fact of the reason for the refund', () => {
    const rejected: Payment = {
      ...of('APPROVED, closed'),
      refund: { key: refund.key, asked: 0, says: 'ForciblyCancelled', cause: 'fact-1' },
    }
    expect(applyOutcome(rejected, refund, 'refunded', now).says).toMatchObject([{ type: 'ForciblyCancelled' }])
  })

  it('removes the token when it is no longer needed', () => {
    expect(of('open').attempts[0]?.token).toBe('tok-1')
    for (const outcome of ['charged', 'declined', 'voided'] as const) {
      expect(JSON.stringify(applyOutcome(of('open'), charge(), outcome, now).payment.attempts)).not.toContain('"tok-1"')
    }
  })
})

describe('a repeated call', () => {
  it('charges with the same key', () => {
    expect(nextCall(of('open'), retryAt).call).toEqual(charge())
  })

  it('voids with the same key if the payment is closed', () => {
    const call = { type: 'void', orderId, key: 'key of tok-1', cause: 'command-1' }
    expect(nextCall(of('open, closed'), retryAt).call).toEqual(call)
  })

  it("refunds with the refund's own key", () => {
    expect(nextCall(of('APPROVED, closed'), retryAt).call).toEqual(refund)
  })

  it.each(['open', 'APPROVED, closed'] as const)('is counted, and moves the next call to later, in "%s"', (state) => {
    const { payment } = nextCall(of(state), retryAt)
    expect([payment.dueAt, payment.refund?.asked ?? payment.attempts[0]?.asked]).toEqual([
      retryAt,
      state === 'open' ? 2 : 1,
    ])
  })

  it.each(['DECLINED', 'APPROVED', 'closed', 'DECLINED, closed', 'CANCELLED'] as const)(
    'throws if no call is due, in "%s"',
    (state) => {
      expect(() => nextCall(of(state), retryAt)).toThrow()
    },
  )

  it('waits longer each time: 1 s, 2 s, 4 s and at most 30 s', () => {
    const waits: number[] = []
    let payment = of('open')
    for (let times = 0; times < 7; times++) {
      payment = applyOutcome(payment, charge(), 'unknown', now).payment
      waits.push((payment.dueAt?.getTime() ?? 0) - now.getTime())
      payment = nextCall(payment, retryAt).payment
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
  })
})
