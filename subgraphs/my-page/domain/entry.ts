import type { Fact, SaidBy } from '../../../schema/events/facts.ts'
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
  | Exclude<SaidBy<'store'>['type'], 'StoreRegistered'>
  | 'StockReserved'

/** One fact in the timeline; `at` is its occurredAt (RFC 3339, UTC). */
export type Moment = { fact: EntryFactName; at: string; factId: string }

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
 * PaymentDeclined, which payment says at most 30 times (its MOST_DECLINED_OF_ORDER).
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
  const heard = derivedFrom([...(entry?.timeline ?? []), moment].sort(byTime))
  if (fact.type === 'Ordered') return { id: fact.data.orderId, ...dealOf(fact), ...heard }
  return entry ? { ...entry, ...heard } : { id: fact.data.orderId, ...noDeal, ...heard }
}

/** The fields that are derived from the timeline. */
function derivedFrom(timeline: Moment[]): Omit<Heard, 'id'> {
  const facts = new Set(timeline.map(({ fact }) => fact))
  return {
    // A stub is not shown, and after `Ordered` the status is at least this one.
    orderStatus: highest(orderRanking, facts) ?? 'AWAITING_PAYMENT',
    paymentStatus: highest(paymentRanking, facts),
    deliveryStatus: highest(deliveryRanking, facts),
    timeline,
    revision: timeline.length,
    updatedAt: new Date(Math.max(...timeline.map(({ at }) => Date.parse(at)))),
  }
}

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
