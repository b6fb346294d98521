import type { Fact, Said, SaidBy } from '../../../schema/events/facts.ts'
import {
  type DeliveryStatus,
  deliveryRanking,
  heardName,
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

/** One fact in the timeline; `at` is its occurredAt (RFC 3339, UTC). Without `attempt` it is about the first attempt to deliver, or none. */
export type Moment = { fact: EntryFactName; at: string; factId: string; attempt?: number }

/** `attempt` 2: it is promised for the second attempt. */
export type DeliveryPromise = NonNullable<Said<'Ordered'>['data']['promise']> & { attempt?: number }

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
   * The window that was promised, from the first fact heard that carries it: each about an attempt carries the same, and one about the second
   * replaces that of the first. So an entry whose Ordered
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
 * PaymentDeclined, which payment says at most 30 times (its MOST_DECLINED_OF_ORDER), PartlyRefunded and RecipientCorrected, at most 20
 * times, and those about an attempt to deliver, twice.
 */
const MOST_MOMENTS = 50

/** The moments of an entry that are shown, oldest first. */
export const momentsOf = ({ timeline }: Heard): { fact: EntryFactName; at: Date; attempt: number | null }[] =>
  timeline.slice(-MOST_MOMENTS).map(({ fact, at, attempt }) => ({
    fact,
    at: new Date(at),
    attempt: ABOUT_ATTEMPT.includes(fact) ? (attempt ?? 1) : null,
  }))

const ABOUT_ATTEMPT: readonly EntryFactName[] = ['DeliveryRequested', 'DepartedForDelivery', 'DeliveryAttemptFailed']

export const isShown = (entry: MyPageEntry | Stub): entry is MyPageEntry => entry.customerId !== null

/**
 * The entry after a fact about its order; `entry` is null for the first fact. The result does not depend on the order of the
 * facts. A fact that was heard before changes nothing: the same `entry` object is returned.
 */
export function hear(entry: MyPageEntry | Stub | null, fact: Fact<EntryFactName>): MyPageEntry | Stub {
  if (entry?.timeline.some(({ factId }) => factId === fact.id)) return entry
  const attempt = attemptIn(fact)
  const moment = { fact: fact.type, at: fact.occurredAt, factId: fact.id, ...(attempt > 1 && { attempt }) }
  const timeline = [...(entry?.timeline ?? []), moment].sort(byTime)
  const refundedTotal = Math.max(
    entry?.refundedTotal ?? 0,
    fact.type === 'PartlyRefunded' ? fact.data.refundedTotal.amount : 0,
  )
  const promise = laterOf(entry?.promise ?? null, promiseIn(fact))
  if (fact.type === 'Ordered') {
    const deal = dealOf(fact)
    return { id: fact.data.orderId, ...deal, promise, ...derivedFrom(timeline, refundedTotal, deal.total) }
  }
  const heard = { promise, ...derivedFrom(timeline, refundedTotal, entry?.total ?? null) }
  return entry ? { ...entry, ...heard } : { id: fact.data.orderId, ...noDeal, ...heard }
}

const attemptIn = ({ data }: Fact<EntryFactName>): number => ('attempt' in data ? data.attempt : undefined) ?? 1

function promiseIn(fact: Fact<EntryFactName>): DeliveryPromise | null {
  const promise = 'promise' in fact.data ? fact.data.promise : null
  const attempt = attemptIn(fact)
  return promise ? { ...promise, ...(attempt > 1 && { attempt }) } : null
}

/** The one that is about the later attempt; of two about the same, the known one. */
function laterOf(known: DeliveryPromise | null, heard: DeliveryPromise | null): DeliveryPromise | null {
  return known && (known.attempt ?? 1) >= (heard?.attempt ?? 1) ? known : (heard ?? known)
}

/** The fields that are derived from the timeline and what was returned in parts. */
function derivedFrom(
  timeline: Moment[],
  refundedTotal: number,
  total: Deal['total'] | null,
): Omit<Heard, 'id' | 'promise'> {
  const facts = new Set(timeline.map(({ fact, attempt }) => heardName(fact, attempt)))
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
