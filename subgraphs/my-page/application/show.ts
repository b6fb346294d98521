import type { Shown } from '../../../chassis/transaction.ts'
import { type MyPageEntry, momentsOf } from '../domain/entry.ts'
import { closedStatuses } from '../domain/statuses.ts'
import type { StoreName } from './ports.ts'

export const FEED = 'my-page'

/**
 * What the customer is shown of an entry: the fields of the graph's MyPageEntry that are this context's own, and the order
 * by its key. A store that has not been heard of yet has no name here: whoever wants it asks.
 */
export function shownEntry(entry: MyPageEntry, store: StoreName | null): Shown {
  const { id, customerId, total, revision, summary, orderStatus, paymentStatus, deliveryStatus } = entry
  return {
    feed: FEED,
    audience: [customerId],
    id,
    revision,
    open: !closedStatuses.includes(orderStatus),
    state: {
      entry: {
        __typename: 'MyPageEntry',
        id,
        orderId: id,
        order: { __typename: 'Order', id },
        ...(store && { storeName: store.name }),
        total,
        revision,
        summary,
        orderStatus,
        paymentStatus,
        deliveryStatus,
        timeline: momentsOf(entry).map(({ fact, at }) => ({ fact, at: at.toISOString() })),
        updatedAt: entry.updatedAt.toISOString(),
      },
    },
  }
}
