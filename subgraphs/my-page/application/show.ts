import type { Shown } from '../../../chassis/transaction.ts'
import { type MyPageEntry, momentsOf, refundedOf } from '../domain/entry.ts'
import { closedStatuses } from '../domain/statuses.ts'
import type { StoreName } from './ports.ts'

export const FEED = 'my-page'

/**
 * The live state of an entry for its customer: this context's own fields of MyPageEntry, and the order's key. If the store's
 * registration has not been heard yet, the name is missing; clients query it.
 */
export function shownEntry(entry: MyPageEntry, store: StoreName | null): Shown {
  const { id, customerId, total, revision, summary, orderStatus, paymentStatus, deliveryStatus, promise } = entry
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
        promise: promise && { startsAt: promise.startsAt, endsAt: promise.endsAt, timeZone: promise.timeZone },
        refunded: refundedOf(entry),
        timeline: momentsOf(entry).map(({ at, ...moment }) => ({ ...moment, at: at.toISOString() })),
        updatedAt: entry.updatedAt.toISOString(),
      },
    },
  }
}
