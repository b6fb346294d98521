import { hasRole } from '../../../../chassis/graphql/callers.ts'
import type { Claims } from '../../../../chassis/signed-context.ts'
import type { KnownStore } from '../../application/ports.ts'
import type { Order } from '../../domain/order.ts'
import { won } from '../../domain/windows.ts'

/** The fields that every reader of an order may see, including riders before departure. */
const FOR_ALL = ['id', 'storeId', 'status', 'placedAt', 'lines', 'recipient', 'promise'] as const
/** What the order's own rider may see after departure. */
const FOR_ITS_RIDER = [...FOR_ALL, 'total', 'deliveryFee', 'cardMessage', 'payBy', 'customerId'] as const

/** The fields of an order that one reader may see (docs/language.md, "Who may read what"); the others are null in the graph. */
export type OrderView = Pick<Order, (typeof FOR_ALL)[number]> & Partial<Order>

/** The caller's view of the order; null if the caller may not know that it exists. */
export function viewFor(claims: Claims, order: Order, store: KnownStore | null): OrderView | null {
  if (!claims) return null
  const whole = { ...order, deliveryFee: order.deliveryFee ?? won(0) }
  if (claims.sub === order.customerId) return whole
  if (claims.sub === store?.ownerId) return withoutAnonymous(whole)
  if (!hasRole(claims, 'RIDER')) return null
  if (claims.sub === order.riderId) return withoutAnonymous(pick(whole, FOR_ITS_RIDER), order)
  return order.awaitsRider ? pick(whole, FOR_ALL) : null
}

/** Without what says who sends the flowers, if that is to stay unknown. */
function withoutAnonymous(view: OrderView, { sender }: Partial<Order> = view): OrderView {
  if (!sender?.anonymous) return view
  const { customerId: _, sender: __, ...rest } = view
  return rest
}

const pick = <Whole extends object, Field extends keyof Whole>(whole: Whole, fields: readonly Field[]) =>
  // has every one of the fields
  Object.fromEntries(fields.map((field) => [field, whole[field]])) as Pick<Whole, Field>
