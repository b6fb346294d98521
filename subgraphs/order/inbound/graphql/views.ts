import { hasRole } from '../../../../chassis/graphql/callers.ts'
import type { Claims } from '../../../../chassis/signed-context.ts'
import type { KnownStore } from '../../application/ports.ts'
import type { Order } from '../../domain/order.ts'

/** The fields that every reader of an order may see, including riders before departure. */
const FOR_ALL = ['id', 'storeId', 'status', 'placedAt', 'lines', 'recipient'] as const

/** The fields of an order that one reader may see (docs/language.md, "Who may read what"); the others are null in the graph. */
export type OrderView = Pick<Order, (typeof FOR_ALL)[number]> & Partial<Order>

/** The caller's view of the order; null if the caller may not know that it exists. */
export function viewFor(claims: Claims, order: Order, store: KnownStore | null): OrderView | null {
  if (!claims) return null
  if (claims.sub === order.customerId || claims.sub === store?.ownerId) return order
  if (!hasRole(claims, 'RIDER')) return null
  if (claims.sub === order.riderId) return order
  return order.awaitsRider ? pick(order, FOR_ALL) : null
}

const pick = <Whole extends object, Field extends keyof Whole>(whole: Whole, fields: readonly Field[]) =>
  // has every one of the fields
  Object.fromEntries(fields.map((field) => [field, whole[field]])) as Pick<Whole, Field>
