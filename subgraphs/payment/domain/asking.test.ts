import { describe, expect, it } from '@jest/globals'
import { amount, orderId, payments, type State, told } from '../testing/payments.ts'
import { ask, learn, type Outcome } from './asking.ts'
import type { Payment, Question } from './payment.ts'

const now = new Date('2026-01-01T00:00:05Z')
const askAgainAt = new Date('2026-01-01T00:00:11Z')
const states = (Object.keys(payments) as State[]).filter((state) => payments[state])
const of = (state: State): Payment => {
  const payment = payments[state]
  if (!payment) throw new Error('There is none.')
  return payment
}
const charge = (token = 'tok-1'): Question => ({
  type: 'charge',
  orderId,
  key: `key of ${token}`,
  cause: 'command-1',
  token,
  amount,
})
const refund: Question = {
  type: 'refund',
  orderId,
  key: 'key of tok-1:refund',
  cause: 'fact-1',
  chargeKey: 'key of tok-1',
  amount,
}

/** language.md's table for what the provider says, written down a second time by hand. */
const SAID: [State, Question, Outcome, becomes: string, says: string | null][] = [
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

describe('what the provider says', () => {
  it.each(SAID)('in the state "%s", asked %j: %s', (state, question, outcome, becomes, says) => {
    const decision = learn(of(state), question, outcome, now)
    expect(told(decision.payment)).toBe(becomes)
    expect(decision.says).toEqual(says ? [{ type: says, data: { orderId, amount } }] : [])
  })

  it.each(SAID)('changes nothing the second time, in "%s", asked %j: %s', (state, question, outcome) => {
    const once = learn(of(state), question, outcome, now).payment
    const twice = learn(once, question, outcome, now)
    expect(told(twice.payment)).toBe(told(once))
    expect(twice.says).toEqual([])
  })

  it('is ignored of an attempt that is not open while another one is', () => {
    const state = of('DECLINED, open')
    expect(learn(state, charge('tok-1'), 'charged', now)).toEqual({ payment: state, says: [] })
  })

  const settled = states.filter((state) => state !== 'closed' && !state.includes('open'))
  it.each(settled)('is ignored of an attempt that is not open, in "%s"', (state) => {
    const outcomes: Outcome[] = ['charged', 'declined', 'voided', 'refused', 'unknown']
    for (const outcome of outcomes) {
      expect(learn(of(state), charge(), outcome, now)).toEqual({ payment: of(state), says: [] })
    }
  })

  it.each(settled.filter((state) => state !== 'APPROVED, closed'))('is ignored of a refund in "%s"', (state) => {
    expect(learn(of(state), refund, 'refunded', now)).toEqual({ payment: of(state), says: [] })
  })

  it('that there was no effect is believed of the first asking only: an earlier one may have had it', () => {
    const { payment } = ask(of('open'), askAgainAt)
    expect(told(learn(payment, charge(), 'refused', now).payment)).toBe('NONE; open')
  })

  it('says the reason for which it was refunded', () => {
    const rejected: Payment = {
      ...of('APPROVED, closed'),
      refund: { key: refund.key, asked: 0, says: 'ForciblyCancelled', cause: 'fact-1' },
    }
    expect(learn(rejected, refund, 'refunded', now).says).toMatchObject([{ type: 'ForciblyCancelled' }])
  })

  it('makes the token be forgotten once it is not needed any more', () => {
    expect(of('open').attempts[0]?.token).toBe('tok-1')
    for (const outcome of ['charged', 'declined', 'voided'] as const) {
      expect(JSON.stringify(learn(of('open'), charge(), outcome, now).payment.attempts)).not.toContain('"tok-1"')
    }
  })
})

describe('asking again', () => {
  it('asks for the charge by the same key', () => {
    expect(ask(of('open'), askAgainAt).question).toEqual(charge())
  })

  it('voids by the key where the payment is closed', () => {
    const question = { type: 'void', orderId, key: 'key of tok-1', cause: 'command-1' }
    expect(ask(of('open, closed'), askAgainAt).question).toEqual(question)
  })

  it('asks for the refund by its own key', () => {
    expect(ask(of('APPROVED, closed'), askAgainAt).question).toEqual(refund)
  })

  it.each(['open', 'APPROVED, closed'] as const)('counts, and puts off the next asker, in "%s"', (state) => {
    const { payment } = ask(of(state), askAgainAt)
    expect([payment.dueAt, payment.refund?.asked ?? payment.attempts[0]?.asked]).toEqual([
      askAgainAt,
      state === 'open' ? 2 : 1,
    ])
  })

  it.each(['DECLINED', 'APPROVED', 'closed', 'DECLINED, closed', 'CANCELLED'] as const)(
    'is a mistake where nothing is left to ask, in "%s"',
    (state) => {
      expect(() => ask(of(state), askAgainAt)).toThrow()
    },
  )

  it('waits longer each time: 1 s, 2 s, 4 s and at most 30 s', () => {
    const waits: number[] = []
    let payment = of('open')
    for (let times = 0; times < 7; times++) {
      payment = learn(payment, charge(), 'unknown', now).payment
      waits.push((payment.dueAt?.getTime() ?? 0) - now.getTime())
      payment = ask(payment, askAgainAt).payment
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
  })
})
