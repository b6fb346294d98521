import { type Calendar, MOST } from '../../../schema/calendar/calendar.ts'
import { dayOf, daysAfter, windowsOn } from '../../../schema/calendar/windows.ts'
import type { Fact } from '../../../schema/events/facts.ts'
import { acceptByFor } from '../domain/calendar.ts'
import { type Followed, follow, noteCorrection, noteRefund, open } from '../domain/store-order.ts'
import { keep } from './keep.ts'
import type { Hearing, Tx } from './ports.ts'

/** `StockReserved`: opens the order for its florist. */
export async function openStoreOrder(tx: Hearing, { data }: Fact<'StockReserved'>): Promise<void> {
  const { orderId, storeId, promise } = data
  const store = await tx.stores.find(storeId)
  // Stores are registered here and never removed, so an order of an unknown one is a bug.
  if (!store) throw new Error(`There is no store ${storeId}.`)
  const existing = await tx.storeOrders.find(orderId)
  const refunded = await tx.refunds.find(orderId)
  // Without a promise there is no window, and without a calendar of the store's own nobody has said when it is open.
  const own = promise && !existing ? await tx.calendars.find(storeId) : null
  const acceptBy = promise && own ? acceptByUnder(own.calendar, promise.startsAt, tx.now(), tx.acceptWithinMs) : null
  const decision = open(existing, { ...data, ownerId: store.ownerId }, { refundedTotal: refunded?.total, acceptBy })
  if (!decision) return
  keep(tx, existing, decision)
  // Written here and in `followRefund`, so that one of two that are handled at once is retried, and has the other's.
  tx.refunds.save({ id: orderId, total: refunded?.total ?? 0 })
}

/** Until when an order must be accepted that is opened now, by its store's calendar. */
function acceptByUnder(calendar: Calendar, startsAt: string, openedAt: Date, acceptWithinMs: number): Date {
  const windowStartsAt = new Date(startsAt)
  const nextOpenDayEndsAt = endOfNextOpenDay(calendar, openedAt, windowStartsAt)
  return acceptByFor({ openedAt, acceptWithinMs, windowStartsAt, nextOpenDayEndsAt })
}

/** The end of the last window of the first day after `from`'s that has any; null if there is none up to the day of `until`. */
function endOfNextOpenDay(calendar: Calendar, from: Date, until: Date): Date | null {
  const [today, lastDay] = [dayOf(calendar, from), dayOf(calendar, until)]
  for (let ahead = 1; ahead <= MOST.daysAhead; ahead++) {
    const day = daysAfter(today, ahead)
    if (day > lastDay) return null
    const last = windowsOn(calendar, day).at(-1)
    if (last) return last.endsAt
  }
  return null
}

/** `PartlyRefunded`: the owner sees what was returned. It may come before the order is opened. */
export async function followRefund(tx: Tx, { data }: Fact<'PartlyRefunded'>): Promise<void> {
  const { orderId, refundedTotal } = data
  const known = await tx.refunds.find(orderId)
  if (known && known.total >= refundedTotal.amount) return
  tx.refunds.save({ id: orderId, total: refundedTotal.amount })
  const existing = await tx.storeOrders.find(orderId)
  const decision = noteRefund(existing, refundedTotal.amount)
  if (decision) keep(tx, existing, decision)
}

/** `RecipientCorrected`: the florist is shown the order anew, and reads the recipient from the graph. */
export async function followCorrection(tx: Tx, { data }: Fact<'RecipientCorrected'>): Promise<void> {
  const existing = await tx.storeOrders.find(data.orderId)
  const decision = noteCorrection(existing)
  if (decision) keep(tx, existing, decision)
}

/** Applies a decision of order or delivery to an order. */
export async function followOrder(tx: Tx, fact: Fact<Followed>): Promise<void> {
  const existing = await tx.storeOrders.find(fact.data.orderId)
  const decision = follow(existing, fact)
  if (decision) keep(tx, existing, decision)
}
