import { isUnpaid, type Order } from './order.ts'

/** A customer's use of the limits. Locked while an order is placed. */
export type Buyer = {
  id: string
  /** The orders that were unpaid when the last one was placed, and that one. */
  unpaid: string[]
  /** When the customer's payments were declined, by payment's facts: RFC 3339, oldest first, within an hour. */
  declined: string[]
  /**
   * For a customer who has erased their account: DUE as long as something personal is left of their orders, and DONE. Null for all
   * others.
   */
  erasure: Erasure | null
}

export type Erasure = 'DUE' | 'DONE'

export type BuyerLimits = {
  /** The unpaid orders that a customer may have; as many more may be in the process of being charged. */
  mostUnpaid: number
  /** The unpaid orders that a customer may have in windows with a limit, those being charged included: each holds a place. */
  mostUnpaidPlaces: number
  /** Declined payments of a customer within an hour (payment enforces it). */
  mostDeclinedAnHour: number
  /** An order placed longer ago is no longer being charged: its answer came, or its process has died. */
  chargeTimeoutMs: number
}

const HOUR_MS = 60 * 60_000

export const newBuyer = (id: string): Buyer => ({ id, unpaid: [], declined: [], erasure: null })

/**
 * The reason why the buyer may not place another order now, or null. `orders` are those of `buyer.unpaid`; `takesPlace`: the new
 * one is for a window with a limit.
 */
export function refusal(
  { declined }: Buyer,
  orders: Order[],
  takesPlace: boolean,
  now: Date,
  limits: BuyerLimits,
): 'unpaid' | 'unpaid places' | 'being charged' | { declinedForMs: number } | null {
  const recent = declined.filter((at) => Date.parse(at) > now.getTime() - HOUR_MS)
  const oldest = recent.at(-limits.mostDeclinedAnHour)
  if (recent.length >= limits.mostDeclinedAnHour && oldest) {
    return { declinedForMs: Date.parse(oldest) + HOUR_MS - now.getTime() }
  }
  const unpaid = orders.filter(isUnpaid)
  const charged = unpaid.filter((order) => isBeingCharged(order, now, limits)).length
  if (unpaid.length - charged >= limits.mostUnpaid) return 'unpaid'
  if (charged >= limits.mostUnpaid) return 'being charged'
  return takesPlace && unpaid.filter(({ holdsPlace }) => holdsPlace).length >= limits.mostUnpaidPlaces
    ? 'unpaid places'
    : null
}

/** Placed recently, and its first charge is not answered yet: it counts as unpaid only if that fails. */
const isBeingCharged = ({ status, placedAt }: Order, now: Date, { chargeTimeoutMs }: BuyerLimits) =>
  status === 'AWAITING_PAYMENT' && now.getTime() - placedAt.getTime() < chargeTimeoutMs

/** The buyer, of whose orders something personal is to go, or has gone. */
export const erasing = (buyer: Buyer, erasure: Erasure): Buyer => ({ ...buyer, erasure })

/**
 * The buyer with a new order, without those of `orders` that are paid or ended. A token lives a moment longer than its account: what is
 * ordered by it is erased, too.
 */
export const ordered = (buyer: Buyer, orders: Order[], order: Order): Buyer => ({
  ...buyer,
  erasure: buyer.erasure && 'DUE',
  unpaid: [...orders.filter(isUnpaid), order].map(({ id }) => id),
})

/** The buyer after a payment of theirs was declined; facts may come in any order. */
export function declined(buyer: Buyer, at: string): Buyer {
  const all = [...buyer.declined, at].sort()
  const since = Date.parse(all.at(-1) ?? at) - HOUR_MS
  return { ...buyer, declined: all.filter((time) => Date.parse(time) > since) }
}
