import type { Shown } from '../../../chassis/transaction.ts'
import { acceptByOf, type OpenedOrder, openStatuses, rejectionCauseOf } from '../domain/store-order.ts'

export const FEED = 'store'

/**
 * The live state of an order for its florist: this context's own fields of StoreOrder, and the keys of the others. The reason of
 * a rejection and what was used instead of a flower may name a person, so they are in no message; clients query them.
 */
export function shownOrder(order: OpenedOrder): Shown {
  const { id, storeId, ownerId, status, rejectionReason, substituted, photo, promise, refundedTotal, revision } = order
  return {
    feed: FEED,
    audience: [ownerId, storeId],
    id,
    revision,
    open: openStatuses.includes(status),
    state: {
      storeOrder: {
        __typename: 'StoreOrder',
        id,
        order: { __typename: 'Order', id },
        store: { __typename: 'Store', id: storeId },
        status,
        rejectionCause: rejectionCauseOf(order),
        promise: promise && {
          startsAt: new Date(promise.startsAt).toISOString(),
          endsAt: new Date(promise.endsAt).toISOString(),
          timeZone: promise.timeZone,
        },
        acceptBy: acceptByOf(order)?.toISOString() ?? null,
        refunded: { amount: refundedTotal, currency: 'KRW' },
        ...(rejectionReason === null && { rejectionReason }),
        ...(substituted === null && { substituted }),
        ...(photo === null && { photo }), // Media's key of it is in no message; it is asked for, too.
      },
    },
  }
}
