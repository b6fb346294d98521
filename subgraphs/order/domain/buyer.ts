import { isUnpaid, type Order } from './order.ts'

/** What order keeps of a customer beside their orders, to hold them to its limits; locked while one is placed. */
export type Buyer = {
  id: string
  /** The orders that were unpaid when the last one was placed, and that one. */
  unpaid: string[]
  /** When payments of theirs were declined, as payment said; RFC 3339, oldest first, an hour's. */
  declined: string[]
}

export type BuyerLimits = {
  /** Orders that a customer may have left unpaid; and so many may be being charged at once beside them. */
  mostUnpaid: number
  /** Declined payments of a customer within an hour (payment is the one that sees to it). */
  mostDeclinedAnHour: number
  /** An order placed longer ago is not being charged any more: its answer came, or its process has died. */
  chargingTakesAtMostMs: number
}

const HOUR_MS = 60 * 60_000

export const newBuyer = (id: string): Buyer => ({ id, unpaid: [], declined: [] })

/** Why the buyer may not place another order just now; null: they may. `orders` are those of `buyer.unpaid`. */
export function refusal(
  { declined }: Buyer,
  orders: Order[],
  now: Date,
  limits: BuyerLimits,
): 'unpaid' | 'being charged' | { declinedForMs: number } | null {
  const recent = declined.filter((at) => Date.parse(at) > now.getTime() - HOUR_MS)
  const oldest = recent.at(-limits.mostDeclinedAnHour)
  if (recent.length >= limits.mostDeclinedAnHour && oldest) {
    return { declinedForMs: Date.parse(oldest) + HOUR_MS - now.getTime() }
  }
  const unpaid = orders.filter(isUnpaid)
  const charged = unpaid.filter((order) => isBeingCharged(order, now, limits)).length
  if (unpaid.length - charged >= limits.mostUnpaid) return 'unpaid'
  return charged >= limits.mostUnpaid ? 'being charged' : null
}

/** Placed a moment ago, and its first charge not yet answered: it is left unpaid only if that fails. */
const isBeingCharged = ({ status, placedAt }: Order, now: Date, { chargingTakesAtMostMs }: BuyerLimits) =>
  status === 'AWAITING_PAYMENT' && now.getTime() - placedAt.getTime() < chargingTakesAtMostMs

/** The buyer with a new order; those of `orders` that are paid or over are forgotten. */
export const ordered = (buyer: Buyer, orders: Order[], order: Order): Buyer => ({
  ...buyer,
  unpaid: [...orders.filter(isUnpaid), order].map(({ id }) => id),
})

/** The buyer after a payment of theirs was declined; facts may come in any order. */
export function declined(buyer: Buyer, at: string): Buyer {
  const all = [...buyer.declined, at].sort()
  const since = Date.parse(all.at(-1) ?? at) - HOUR_MS
  return { ...buyer, declined: all.filter((one) => Date.parse(one) > since) }
}
