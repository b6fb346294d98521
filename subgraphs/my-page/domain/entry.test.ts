import { describe, expect, it } from '@jest/globals'
import {
  customerId,
  orderId,
  permutations,
  promise,
  promiseAgain,
  shuffles,
  storeId,
  stories,
  story,
  type Told,
} from '../testing/stories.ts'
import { type EntryFactName, hear, isShown, type MyPageEntry, momentsOf, refundedOf, type Stub } from './entry.ts'

const hearAll = (facts: ReturnType<typeof story>) =>
  facts.reduce<MyPageEntry | Stub | null>((entry, fact) => hear(entry, fact), null)
const statusesAfter = (...names: Told[]) => {
  const { orderStatus, paymentStatus, deliveryStatus } = hearAll(story(names)) ?? {}
  return [orderStatus, paymentStatus, deliveryStatus]
}

describe('an entry on MyPage', () => {
  it('begins with Ordered', () => {
    const [ordered] = story(['Ordered'])
    expect(hearAll(story(['Ordered']))).toEqual({
      id: orderId,
      customerId,
      storeId,
      total: { amount: 50_000, currency: 'KRW' },
      summary: '장미 한바구니 × 1',
      placedAt: new Date('2026-11-22T09:00:00.000Z'),
      orderStatus: 'AWAITING_PAYMENT',
      paymentStatus: null,
      deliveryStatus: null,
      refundedTotal: 0,
      promise,
      timeline: [{ fact: 'Ordered', at: '2026-11-22T09:00:00.000Z', factId: ordered?.id }],
      revision: 1,
      updatedAt: new Date('2026-11-22T09:00:00.000Z'),
    })
  })

  it('keeps what was promised from the first fact that carries it, in any order; it is null for older orders', () => {
    const facts = story(['Ordered', 'Paid', 'OrderConfirmed', 'Decorated'])
    const without = (names: readonly string[]) =>
      facts.map((fact) => {
        if (!names.includes(fact.type) || !('promise' in fact.data)) return fact
        const { promise: _, ...data } = fact.data
        return { ...fact, data } as typeof fact // The same fact without its optional field.
      })
    for (const absent of [[], ['Ordered'], ['Ordered', 'OrderConfirmed']])
      for (const heard of permutations(without(absent))) expect(hearAll(heard)?.promise).toEqual(promise)
    expect(hearAll(without(['Ordered', 'OrderConfirmed', 'Decorated']))).toMatchObject({ revision: 4, promise: null })
  })

  it('has the window of the second attempt once that is requested, in any order', () => {
    for (const heard of permutations(story(['Ordered', 'DeliveryRequested', 'DeliveryRequested 2', 'Decorated'])))
      expect(hearAll(heard)?.promise).toEqual({ ...promiseAgain, attempt: 2 })
  })

  it('tells of each moment which attempt it is about; those from before there were attempts are about the first', () => {
    const entry = hearAll(story(['Ordered', 'DepartedForDelivery', 'DeliveryAttemptFailed', 'DepartedForDelivery 2']))
    const moments = entry ? momentsOf(entry) : []
    expect(moments.map(({ fact, attempt }) => [fact, attempt])).toEqual([
      ['Ordered', null],
      ['DepartedForDelivery', 1],
      ['DeliveryAttemptFailed', 1],
      ['DepartedForDelivery', 2],
    ])
  })

  it('shows only the latest fifty moments', () => {
    const entry = hearAll(story(['Ordered', ...Array<'PaymentDeclined'>(60).fill('PaymentDeclined'), 'Paid']))
    const shown = entry ? momentsOf(entry) : []
    expect([entry?.revision, shown.length, shown.at(-1)?.fact]).toEqual([62, 50, 'Paid'])
    expect(shown.at(-1)?.at).toEqual(new Date(entry?.timeline.at(-1)?.at ?? ''))
  })

  it('is not shown before Ordered, but counts earlier facts', () => {
    const [ordered, ...later] = story(['Ordered', 'Paid', 'OrderConfirmed'])
    const stub = hearAll(later)
    expect(stub).toMatchObject({ id: orderId, customerId: null, revision: 2 })
    expect(stub && isShown(stub)).toBe(false)
    const shown = ordered ? hear(stub, ordered) : null
    expect(shown).toMatchObject({ customerId, revision: 3, orderStatus: 'PAID', paymentStatus: 'APPROVED' })
    expect(shown && isShown(shown)).toBe(true)
    expect(shown?.timeline.map(({ fact }) => fact)).toEqual(['Ordered', 'Paid', 'OrderConfirmed'])
  })

  it('is unchanged by a fact heard before', () => {
    const facts = story(['Ordered', 'Paid'])
    const entry = hearAll(facts)
    for (const fact of facts) expect(hear(entry, fact)).toBe(entry)
  })

  it('grows its revision by one with every fact, and tells facts of the same name each', () => {
    const entry = hearAll(story(['Ordered', 'PaymentDeclined', 'PaymentDeclined', 'Paid']))
    expect(entry?.revision).toBe(4)
    expect(entry?.timeline.map(({ fact }) => fact)).toEqual(['Ordered', 'PaymentDeclined', 'PaymentDeclined', 'Paid'])
  })

  it('was updated when the latest fact happened, not when it was heard', () => {
    const [ordered, paid, confirmed] = story(['Ordered', 'Paid', 'OrderConfirmed'])
    if (!ordered || !paid || !confirmed) throw new Error('A story of three facts has three.')
    expect(hearAll([ordered, confirmed, paid])?.updatedAt).toEqual(new Date(confirmed.occurredAt))
  })

  it('sorts facts of the same millisecond by their ids, even if their times have more digits', () => {
    const [ordered, paid, confirmed] = story(['Ordered', 'Paid', 'OrderConfirmed'])
    if (!ordered || !paid || !confirmed) throw new Error('A story of three facts has three.')
    const at = (fact: typeof ordered, occurredAt: string) => ({ ...fact, occurredAt })
    const facts = [ordered, at(confirmed, '2026-11-22T09:00:05Z'), at(paid, '2026-11-22T09:00:05.000Z')]
    for (const heard of permutations(facts)) {
      expect(hearAll(heard)?.timeline.map(({ fact }) => fact)).toEqual(['Ordered', 'Paid', 'OrderConfirmed'])
    }
  })
})

describe('what was returned in parts', () => {
  /** The entry of these facts in every order, in which the nth PartlyRefunded says that so much was returned so far. */
  const entriesOf = (names: readonly EntryFactName[], ...totals: number[]) => {
    const facts = story(names).map((fact) => {
      const total = fact.type === 'PartlyRefunded' ? totals.shift() : undefined
      if (fact.type !== 'PartlyRefunded' || total === undefined) return fact
      return { ...fact, data: { ...fact.data, refundedTotal: { amount: total, currency: 'KRW' as const } } }
    })
    return [...permutations(facts)].map((heard) => hearAll(heard)).filter((entry) => entry !== null && isShown(entry))
  }
  const shown = (entry: MyPageEntry) => [entry.paymentStatus, refundedOf(entry).amount]

  it('is the greatest total that was heard, in any order', () => {
    const entries = entriesOf(['Ordered', 'Paid', 'PartlyRefunded', 'PartlyRefunded'], 10_000, 25_000)
    expect(entries.map(shown)).toEqual(entries.map(() => ['APPROVED', 25_000]))
  })

  it('is the whole after the rest was returned', () => {
    const entries = entriesOf(['Ordered', 'Paid', 'PartlyRefunded', 'OrderCancelled', 'PaymentCancelled'], 10_000)
    expect(entries.map(shown)).toEqual(entries.map(() => ['CANCELLED', 50_000]))
  })

  it.each(['OrderCancelled', 'Rejected'] as const)(
    'leaves nothing to say on %s if it is the whole: the payment is CANCELLED by that, and not before',
    (end) => {
      const all = entriesOf(['Ordered', 'Paid', 'PartlyRefunded', end], 50_000)
      expect(all.map(shown)).toEqual(all.map(() => ['CANCELLED', 50_000]))
      expect(entriesOf(['Ordered', 'Paid', 'PartlyRefunded'], 50_000).map(shown)[0]).toEqual(['APPROVED', 50_000])
      expect(entriesOf(['Ordered', 'Paid', 'PartlyRefunded', end], 49_999).map(shown)[0]).toEqual(['APPROVED', 49_999])
    },
  )
})

describe('its statuses: the highest-ranking fact heard (language.md, my-page)', () => {
  const orderRanks: [Told, string][] = [
    ['Ordered', 'AWAITING_PAYMENT'],
    ['PaymentDeclined', 'PAYMENT_FAILED'],
    ['OrderConfirmed', 'PAID'],
    ['Received', 'RECEIVED'],
    ['Decorated', 'DECORATED'],
    ['CancellationRequested', 'CANCELLING'],
    ['DepartedForDelivery', 'OUT_FOR_DELIVERY'],
    ['DeliveryAttemptFailed', 'DELIVERY_FAILED'],
    ['DepartedForDelivery 2', 'OUT_FOR_DELIVERY'],
    ['DeliveryAttemptFailed 2', 'DELIVERY_FAILED'],
    ['DeliveryCompleted', 'DELIVERED'],
  ]

  it.each(orderRanks.map(([fact, status], rank) => ({ fact, status, lower: orderRanks.slice(0, rank) })))(
    'order: $fact means $status, and nothing lower takes that back',
    ({ fact, status, lower }) => {
      expect(statusesAfter('Ordered', fact)[0]).toBe(status)
      for (const [below] of lower) expect(statusesAfter('Ordered', fact, below)[0]).toBe(status)
    },
  )

  it.each([
    ['FlowersReturned', 'RETURNED'],
    ['OrderCancelled', 'CANCELLED'],
    ['Rejected', 'REJECTED'],
    ['OrderExpired', 'EXPIRED'],
  ] as const)('order: %s means %s, an end that nothing before it takes back', (end, status) => {
    for (const [below] of orderRanks.slice(0, -1)) expect(statusesAfter('Ordered', end, below)[0]).toBe(status)
  })

  it('order: a refused cancellation means that it is on its way', () => {
    expect(statusesAfter('Ordered', 'CancellationRefused', 'CancellationRequested', 'Decorated')[0]).toBe(
      'OUT_FOR_DELIVERY',
    )
    expect(statusesAfter('Ordered', 'DeliveryCompleted', 'CancellationRefused')[0]).toBe('DELIVERED')
  })

  it('payment: refunded over approved over declined', () => {
    expect(statusesAfter('Ordered', 'PaymentDeclined')[1]).toBe('DECLINED')
    expect(statusesAfter('Ordered', 'Paid', 'PaymentDeclined')[1]).toBe('APPROVED')
    expect(statusesAfter('Ordered', 'PaymentCancelled', 'Paid', 'PaymentDeclined')[1]).toBe('CANCELLED')
    expect(statusesAfter('Ordered', 'ForciblyCancelled', 'Paid', 'PaymentDeclined')[1]).toBe('CANCELLED')
  })

  it('delivery: completed or cancelled over departed over requested', () => {
    expect(statusesAfter('Ordered', 'DeliveryRequested')[2]).toBe('REQUESTED')
    expect(statusesAfter('Ordered', 'DepartedForDelivery', 'DeliveryRequested')[2]).toBe('DEPARTED')
    expect(statusesAfter('Ordered', 'DeliveryCompleted', 'DepartedForDelivery', 'DeliveryRequested')[2]).toBe(
      'COMPLETED',
    )
    expect(statusesAfter('Ordered', 'DeliveryCancelled', 'DeliveryRequested')[2]).toBe('CANCELLED')
  })

  it('stock and store registration change no status', () => {
    const before = statusesAfter('Ordered', 'OrderConfirmed')
    expect(statusesAfter('Ordered', 'OrderConfirmed', 'StockReserved', 'RegistrationCancelled')).toEqual(before)
  })
})

describe.each(Object.entries(stories))('an order that was %s', (_, { facts: names, ends }) => {
  const facts = story(names)
  const told = hearAll(facts)

  it('ends as its story does', () => {
    expect([told?.orderStatus, told?.paymentStatus, told?.deliveryStatus]).toEqual(ends)
    expect(told?.timeline.map(({ fact, attempt }) => (attempt ? `${fact} ${attempt}` : fact))).toEqual(names)
    expect(told?.revision).toBe(names.length)
  })

  it('does not depend on the order or repetition of facts', () => {
    const shuffled = names.length <= 6 ? permutations(facts) : shuffles(facts, 300)
    for (const heard of [...shuffled, ...shuffles(facts, 100, 2)]) expect(hearAll(heard)).toEqual(told)
  })
})
