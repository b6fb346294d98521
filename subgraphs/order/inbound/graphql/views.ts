import { hasRole } from '../../../../chassis/graphql/callers.ts'
import type { Claims } from '../../../../chassis/signed-context.ts'
import type { KnownStore } from '../../application/ports.ts'
import type { Order } from '../../domain/order.ts'

/** What every reader may see of an order, a rider before departure among them. */
const FOR_ALL = ['id', 'storeId', 'status', 'placedAt', 'lines', 'recipient'] as const

/** An order as one reader may see it (docs/language.md, "Who may read what"); what is left out is null in the graph. */
export type OrderView = Pick<Order, (typeof FOR_ALL)[number]> & Partial<Order>

/** What the caller may see of the order; null: nothing, not even that it is there. */
export function viewFor(claims: Claims, order: Order, store: KnownStore | null): OrderView | null {
  if (!claims) return null
  if (claims.sub === order.customerId || claims.sub === store?.ownerId) return order
  if (!hasRole(claims, 'RIDER')) return null
  if (claims.sub === order.riderId) return order
  return order.awaitsRider ? pick(order, FOR_ALL) : null
}

const pick = <Whole extends object, Field extends keyof Whole>(whole: Whole, fields: readonly Field[]) =>
  // Every one of the fields is taken from the whole.
  Object.fromEntries(fields.map((field) => [field, whole[field]])) as Pick<Whole, Field>
