import type { Fact, Said, SaidBy } from '../../../schema/events/facts.ts'
import {
  type DeliveryStatus,
  deliveryRanking,
  highest,
  type OrderStatus,
  orderRanking,
  type PaymentStatus,
  paymentRanking,
} from './statuses.ts'
import { summaryOf } from './summary.ts'

/** The facts of an entry. Each is about one order. */
export type EntryFactName =
  | SaidBy<'order'>['type']
  | SaidBy<'payment'>['type']
  | SaidBy<'delivery'>['type']
  | Exclude<SaidBy<'store'>['type'], 'StoreRegistered' | 'CalendarChanged'>
  | 'StockReserved'

/** One fact in the timeline; `at` is its occurredAt (RFC 3339, UTC). */
export type Moment = { fact: EntryFactName; at: string; factId: string }

export type DeliveryPromise = NonNullable<Said<'Ordered'>['data']['promise']>

/** The fields from `Ordered`; `total` is in the currency's minor unit. */
type Deal = {
  customerId: string
  storeId: string
  total: { amount: number; currency: string }
  summary: string
  placedAt: Date
}

/** The fields that depend on all facts. */
type Heard = {
  /** The order's id: each order has one entry. */
  id: string
  orderStatus: OrderStatus
  paymentStatus: PaymentStatus | null
  deliveryStatus: DeliveryStatus | null
  /** What was returned in parts, in the currency's minor unit: the greatest total that was heard. */
  refundedTotal: number
  /**
   * The window that was promised, from the first fact heard that carries it: each that does carries the same. So an entry whose Ordered
   * was heard by a process of a release without windows has it from a later fact. Null for orders from before there were windows.
   */
  promise: DeliveryPromise | null
  /** Oldest first. */
  timeline: Moment[]
  /** The number of facts in the timeline. */
  revision: number
  /** The time of the latest fact. */
  updatedAt: Date
}

/** 마이페이지. One order as its customer sees it (docs/language.md, "my-page"). */
export type MyPageEntry = Heard & Deal

/** An entry of an order whose `Ordered` has not been heard yet. It is never shown. */
export type Stub = Heard & { [Field in keyof Deal]: null }

/**
 * The maximum number of moments that are shown, as the graph declares. Each type of fact comes once for an order, except
 * PaymentDeclined, which payment says at most 30 times (its MOST_DECLINED_OF_ORDER), and PartlyRefunded, at most 20 times.
 */
const MOST_MOMENTS = 50

/** The moments of an entry that are shown, oldest first. */
export const momentsOf = ({ timeline }: Heard): { fact: EntryFactName; at: Date }[] =>
  timeline.slice(-MOST_MOMENTS).map(({ fact, at }) => ({ fact, at: new Date(at) }))

export const isShown = (entry: MyPageEntry | Stub): entry is MyPageEntry => entry.customerId !== null

/**
 * The entry after a fact about its order; `entry` is null for the first fact. The result does not depend on the order of the
 * facts. A fact that was heard before changes nothing: the same `entry` object is returned.
 */
export function hear(entry: MyPageEntry | Stub | null, fact: Fact<EntryFactName>): MyPageEntry | Stub {
  if (entry?.timeline.some(({ factId }) => factId === fact.id)) return entry
  const moment = { fact: fact.type, at: fact.occurredAt, factId: fact.id }
  const timeline = [...(entry?.timeline ?? []), moment].sort(byTime)
  const refundedTotal = Math.max(
    entry?.refundedTotal ?? 0,
    fact.type === 'PartlyRefunded' ? fact.data.refundedTotal.amount : 0,
  )
  const promise = entry?.promise ?? promiseIn(fact)
  if (fact.type === 'Ordered') {
    const deal = dealOf(fact)
    return { id: fact.data.orderId, ...deal, promise, ...derivedFrom(timeline, refundedTotal, deal.total) }
  }
  const heard = { promise, ...derivedFrom(timeline, refundedTotal, entry?.total ?? null) }
  return entry ? { ...entry, ...heard } : { id: fact.data.orderId, ...noDeal, ...heard }
}

const promiseIn = ({ data }: Fact<EntryFactName>): DeliveryPromise | null =>
  ('promise' in data ? data.promise : null) ?? null

/** The fields that are derived from the timeline and what was returned in parts. */
function derivedFrom(
  timeline: Moment[],
  refundedTotal: number,
  total: Deal['total'] | null,
): Omit<Heard, 'id' | 'promise'> {
  const facts = new Set(timeline.map(({ fact }) => fact))
  // Payment says nothing more if there is nothing left to return when the order ends.
  const isReturned = total !== null && refundedTotal >= total.amount && PAYMENT_ENDS.some((fact) => facts.has(fact))
  return {
    // A stub is not shown, and after `Ordered` the status is at least this one.
    orderStatus: highest(orderRanking, facts) ?? 'AWAITING_PAYMENT',
    paymentStatus: isReturned ? 'CANCELLED' : highest(paymentRanking, facts),
    deliveryStatus: highest(deliveryRanking, facts),
    refundedTotal,
    timeline,
    revision: timeline.length,
    updatedAt: new Date(Math.max(...timeline.map(({ at }) => Date.parse(at)))),
  }
}

/** The facts on which payment returns what is left. */
const PAYMENT_ENDS: readonly EntryFactName[] = ['OrderCancelled', 'OrderExpired', 'Rejected']

/** What was returned of the total so far, in parts or as a whole. */
export const refundedOf = ({ paymentStatus, refundedTotal, total }: MyPageEntry): Deal['total'] => ({
  amount: paymentStatus === 'CANCELLED' ? total.amount : refundedTotal,
  currency: total.currency,
})

const dealOf = ({ data, occurredAt }: Fact<'Ordered'>): Deal => ({
  customerId: data.customerId,
  storeId: data.storeId,
  total: data.total,
  summary: summaryOf(data.lines),
  placedAt: new Date(occurredAt),
})

const noDeal = { customerId: null, storeId: null, total: null, summary: null, placedAt: null }

/** Facts of the same millisecond are sorted by id, so that the order is always the same. */
const byTime = (a: Moment, b: Moment) => Date.parse(a.at) - Date.parse(b.at) || (a.factId < b.factId ? -1 : 1)
