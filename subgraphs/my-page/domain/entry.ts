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

/** The facts that an entry is made of; each is about one order. */
export type EntryFactName =
  | SaidBy<'order'>['type']
  | SaidBy<'payment'>['type']
  | SaidBy<'delivery'>['type']
  | Exclude<SaidBy<'store'>['type'], 'StoreRegistered'>
  | 'StockReserved'

/** One fact as the timeline keeps it; `at` is when it happened (RFC 3339, UTC). */
export type Moment = { fact: EntryFactName; at: string; factId: string }

/** What only `Ordered` tells; `total` is in the currency's minor unit. */
type Deal = {
  customerId: string
  storeId: string
  total: { amount: number; currency: string }
  summary: string
  placedAt: Date
}

/** What every fact has a part in. */
type Heard = {
  /** The order's: there is one entry for each. */
  id: string
  orderStatus: OrderStatus
  paymentStatus: PaymentStatus | null
  deliveryStatus: DeliveryStatus | null
  /** Oldest first. */
  timeline: Moment[]
  /** How many facts have been heard. */
  revision: number
  /** When the latest of them happened. */
  updatedAt: Date
}

/** 마이페이지. One order as its customer sees it (docs/language.md, "my-page"). */
export type MyPageEntry = Heard & Deal

/** Facts that came before `Ordered` wait in here, shown to nobody. */
export type Stub = Heard & { [Field in keyof Deal]: null }

/**
 * What is shown of a timeline at most, as the graph declares. Each kind of fact comes once for an order, but for
 * PaymentDeclined, of which payment says at most 30 (its MOST_DECLINED_OF_ORDER).
 */
const MOST_MOMENTS = 50

/** The moments that are shown of an entry, oldest first. */
export const momentsOf = ({ timeline }: Heard): { fact: EntryFactName; at: Date }[] =>
  timeline.slice(-MOST_MOMENTS).map(({ fact, at }) => ({ fact, at: new Date(at) }))

export const isShown = (entry: MyPageEntry | Stub): entry is MyPageEntry => entry.customerId !== null

/**
 * The entry after a fact about its order; `entry` is null where it is the first. The same facts make the same entry,
 * in whatever order they come; one that was heard before changes nothing (the very `entry` is returned).
 */
export function hear(entry: MyPageEntry | Stub | null, fact: Fact<EntryFactName>): MyPageEntry | Stub {
  if (entry?.timeline.some(({ factId }) => factId === fact.id)) return entry
  const moment = { fact: fact.type, at: fact.occurredAt, factId: fact.id }
  const heard = toldBy([...(entry?.timeline ?? []), moment].sort(byTime))
  if (fact.type === 'Ordered') return { id: fact.data.orderId, ...dealOf(fact), ...heard }
  return entry ? { ...entry, ...heard } : { id: fact.data.orderId, ...noDeal, ...heard }
}

/** All that follows from the facts heard, whichever they are. */
function toldBy(timeline: Moment[]): Omit<Heard, 'id'> {
  const facts = new Set(timeline.map(({ fact }) => fact))
  return {
    // Before `Ordered` is heard nobody sees it; from then on it is never lower than this.
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

/** Facts of the same millisecond keep one order too, though it means nothing. */
const byTime = (a: Moment, b: Moment) => Date.parse(a.at) - Date.parse(b.at) || (a.factId < b.factId ? -1 : 1)
