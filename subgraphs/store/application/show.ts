import type { Shown } from '../../../chassis/transaction.ts'
import { type OpenedOrder, openStatuses } from '../domain/store-order.ts'

export const FEED = 'store'

/**
 * The live state of an order for its florist: this context's own fields of StoreOrder, and the keys of the others. The reason of
 * a rejection may name a person, so it is in no message; clients query it.
 */
export const shownOrder = ({
  id,
  storeId,
  ownerId,
  status,
  rejectionReason,
  refundedTotal,
  revision,
}: OpenedOrder): Shown => ({
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
      refunded: { amount: refundedTotal, currency: 'KRW' },
      ...(rejectionReason === null && { rejectionReason }),
    },
  },
})
