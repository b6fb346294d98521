import { hasRole } from '../../../../chassis/graphql/callers.ts'
import type { Claims } from '../../../../chassis/signed-context.ts'
import type { KnownStore } from '../../application/ports.ts'
import type { Order } from '../../domain/order.ts'

/** An order as one reader may see it (docs/language.md, "Who may read what"). */
export type OrderView = { order: Order; sees: 'ALL' | 'LINES_AND_RECIPIENT' }

/** What the caller may see of the order; null: nothing, not even that it is there. */
export function viewFor(claims: Claims, order: Order, store: KnownStore | null): OrderView | null {
  if (!claims) return null
  if (claims.sub === order.customerId || claims.sub === store?.ownerId) return { order, sees: 'ALL' }
  if (!hasRole(claims, 'RIDER')) return null
  if (claims.sub === order.riderId) return { order, sees: 'ALL' }
  return order.awaitsRider ? { order, sees: 'LINES_AND_RECIPIENT' } : null
}
