import type { DeliveryWindow } from '../../../schema/calendar/windows.ts'
import type { Money, Order } from './order.ts'

/** Why a window can't be ordered (docs/language.md, "Windows"). */
export type WindowProblem = 'FULL' | 'PAST_CUT_OFF' | 'CLOSED' | 'GONE'

/** A window as clients see it. It is an offer, and not kept anywhere. */
export type Offer = {
  windowId: string
  startsAt: Date
  endsAt: Date
  orderBy: Date
  fee: Money | null
  open: boolean
}

export type PayingTimes = {
  payWithinMs: number
  /** Instead, in a window with a limit. */
  payForPlaceWithinMs: number
  /** How long after the window's orderBy at the latest. */
  payAfterCutOffMs: number
}

export const won = (amount: number): Money => ({ amount, currency: 'KRW' })

/** Whether there is still time to order a window. */
export const isInTime = ({ orderBy }: DeliveryWindow, now: Date): boolean => now < orderBy

/** The first `most` windows that are open. `booked` counts the orders in several windows at once. */
export async function firstOpen(
  windows: Iterable<DeliveryWindow>,
  most: number,
  booked: (windows: DeliveryWindow[]) => Promise<number[]>,
): Promise<DeliveryWindow[]> {
  const open: DeliveryWindow[] = []
  for (const batch of batches(windows, most)) {
    const limited = batch.filter(({ capacity }) => capacity !== null)
    const counts = limited.length ? await booked(limited) : []
    const isFull = (window: DeliveryWindow) => (counts[limited.indexOf(window)] ?? 0) >= (window.capacity ?? Infinity)
    open.push(...batch.filter((window) => !isFull(window)))
    if (open.length >= most) break
  }
  return open.slice(0, most)
}

/** First some windows, of which probably enough are open, then many at once; none after `most` that have no limit. */
function* batches(windows: Iterable<DeliveryWindow>, most: number): Generator<DeliveryWindow[]> {
  let size = 24
  let batch: DeliveryWindow[] = []
  let withoutLimit = 0
  for (const window of windows) {
    batch.push(window)
    if (window.capacity === null) withoutLimit++
    if (withoutLimit < most && batch.length < size) continue
    yield batch
    size = 500
    batch = []
  }
  if (batch.length) yield batch
}

/** Until when an order can be paid that is placed now in this window. */
export function payByOf({ capacity, orderBy }: DeliveryWindow, now: Date, times: PayingTimes): Date {
  const within = capacity === null ? times.payWithinMs : times.payForPlaceWithinMs
  return new Date(Math.min(now.getTime() + within, orderBy.getTime() + times.payAfterCutOffMs))
}

/** Whether an order holds a place in a window: its own may have been another one, before the calendar was edited. */
export const isBookedIn = (
  { storeId, startsAt, endsAt }: { storeId: string; startsAt: Date; endsAt: Date },
  order: Order,
): boolean =>
  order.storeId === storeId &&
  order.promise !== null &&
  order.promise.startsAt >= startsAt.toISOString() &&
  order.promise.startsAt < endsAt.toISOString() &&
  !(order.status === 'EXPIRED' || order.status === 'CANCELLED' || order.status === 'REJECTED')
