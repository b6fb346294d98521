import type { Shown } from '../../../chassis/transaction.ts'
import { type OpenedOrder, openStatuses } from '../domain/store-order.ts'

export const FEED = 'store'

/**
 * What the florist is shown of an order: the fields of the graph's StoreOrder that are this context's own, the others by
 * their keys. Why it was rejected may name a person, and is in no message: whoever wants it asks.
 */
export const shownOrder = ({ id, storeId, ownerId, status, rejectionReason, revision }: OpenedOrder): Shown => ({
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
      ...(rejectionReason === null && { rejectionReason }),
    },
  },
})
