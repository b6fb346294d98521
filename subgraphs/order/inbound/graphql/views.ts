import { hasRole } from '../../../../chassis/graphql/callers.ts'
import type { Claims } from '../../../../chassis/signed-context.ts'
import type { KnownStore } from '../../application/ports.ts'
import { named } from '../../domain/erasing.ts'
import type { Line, Order, Recipient } from '../../domain/order.ts'

/** The fields of an order that one reader may see (docs/language.md, "Who may read what"); the others are null in the graph. */
export type OrderView = Omit<Order, 'customerId'> & { customerId?: string }

/** The caller's view of the order; null if the caller may not know that it exists. Riders read what is carried (`carriedFor`). */
export function viewFor(claims: Claims, order: Order, store: KnownStore | null): OrderView | null {
  if (!claims) return null
  if (claims.sub === order.customerId) return order
  return claims.sub === store?.ownerId ? withoutAnonymous(order) : null
}

/** Without what says who sends the flowers, if that is to stay unknown. */
function withoutAnonymous(order: Order): OrderView {
  if (!order.sender?.anonymous) return order
  const { customerId: _, ...rest } = order
  return { ...rest, sender: null }
}

/** What delivery says of itself, and the router hands on. */
export type CarriedReference = {
  id: string
  /** Whether it waits for a rider; null for callers who may not read it. */
  waits?: boolean | null | undefined
  /** The rider who may read where it goes at present. */
  riderId?: string | null | undefined
}

/** What the recipient's link is about. */
export type TrackedOrder = { orderId: string }

/** What one reader may see of what is carried. */
export type Carried = { district: string | null; lines: Line[]; recipient: Recipient | null }

/**
 * What the caller may see of what is carried and where to: customer, owner and its present rider all of it; every rider while it waits
 * for one what and about where. Null for others.
 */
export function carriedFor(
  claims: Claims,
  order: Order,
  store: KnownStore | null,
  { waits, riderId }: CarriedReference,
): Carried | null {
  if (!claims) return null
  const { lines } = order
  const recipient = named(order.recipient)
  const district = recipient?.postalCode?.slice(0, 3) ?? null
  const isTheirs = claims.sub === order.customerId || claims.sub === store?.ownerId
  if (isTheirs || (hasRole(claims, 'RIDER') && claims.sub === riderId)) return { district, lines, recipient }
  return waits && hasRole(claims, 'RIDER') ? { district, lines, recipient: null } : null
}
