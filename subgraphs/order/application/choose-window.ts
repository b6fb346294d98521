import type { Calendar } from '../../../schema/calendar/calendar.ts'
import type { DeliveryWindow } from '../../../schema/calendar/windows.ts'
import { bookingDay, firstOpen, type Offer, type WindowProblem } from '../domain/windows.ts'
import { dayWanted, namedWindow, offerOf, windowsInTime } from './offers.ts'
import type { Tx } from './ports.ts'

export type WindowUnavailable = { type: 'WindowUnavailable'; message: string; why: WindowProblem; instead: Offer[] }

/** A window asked for: `windowId`, else the earliest that is open; for the fee of the recipient's postal code. */
export type Wanted = { storeId: string; calendar: Calendar; windowId: string | undefined; fee: number; now: Date }

const MOST_INSTEAD = 5

/** The window that an order is placed in, by a plain read: if it has a limit, `takePlace` must still book it. */
export async function chooseWindow(tx: Tx, wanted: Wanted): Promise<DeliveryWindow | WindowUnavailable> {
  const { storeId, calendar, windowId, now } = wanted
  if (windowId === undefined) return earliest(tx, wanted)
  const window = namedWindow(calendar, storeId, windowId, now)
  if (typeof window === 'string') return unavailable(tx, wanted, window)
  return (await isFull(tx, storeId, window)) ? unavailable(tx, wanted, 'FULL') : window
}

/**
 * Books a place in a chosen window with a limit: the place is taken when the transaction commits with the order. No other order is
 * counted or recorded for this store and day until then. If the window has become full, an order that named none gets a later one.
 */
export async function takePlace(
  tx: Tx,
  wanted: Wanted,
  chosen: DeliveryWindow,
): Promise<DeliveryWindow | WindowUnavailable> {
  let window: DeliveryWindow | WindowUnavailable = chosen
  while (!('type' in window) && window.capacity !== null) {
    const id = bookingDay(wanted.storeId, window)
    const [day = { id }] = await tx.bookingDays.lock([id])
    if (!(await isFull(tx, wanted.storeId, window))) {
      tx.bookingDays.save(day)
      return window
    }
    if (wanted.windowId !== undefined) return unavailable(tx, wanted, 'FULL')
    // Only later ones, so that all who lock several days lock them in the same order.
    window = await earliest(tx, wanted, window.endsAt)
  }
  return window
}

async function isFull(tx: Tx, storeId: string, window: DeliveryWindow): Promise<boolean> {
  if (window.capacity === null) return false
  const [booked = 0] = await tx.booked([{ storeId, ...window }])
  return booked >= window.capacity
}

async function earliest(tx: Tx, wanted: Wanted, from: Date = wanted.now): Promise<DeliveryWindow | WindowUnavailable> {
  const { calendar, now } = wanted
  const windows = windowsInTime(calendar, now).filter(({ startsAt }) => startsAt >= from)
  const [window] = await open(tx, wanted.storeId, windows, 1)
  if (window) return window
  const { done: hasNone } = windowsInTime(calendar, now).next()
  return unavailable(tx, wanted, hasNone ? 'CLOSED' : 'FULL')
}

const open = (tx: Tx, storeId: string, windows: Iterable<DeliveryWindow>, most: number) =>
  firstOpen(windows, most, (limited) => tx.booked(limited.map((window) => ({ storeId, ...window }))))

/** The answer, with what can be ordered instead: from the day that was wanted on. */
async function unavailable(
  tx: Tx,
  { storeId, calendar, windowId, fee, now }: Wanted,
  why: WindowProblem,
): Promise<WindowUnavailable> {
  const day = windowId === undefined ? undefined : dayWanted(calendar, windowId, now)
  const instead = await open(tx, storeId, windowsInTime(calendar, now, day), MOST_INSTEAD)
  return {
    type: 'WindowUnavailable',
    why,
    message: windowId === undefined ? 'The store has no window that is open.' : MESSAGES[why],
    instead: instead.map((window) => offerOf(storeId, window, fee, true)),
  }
}

const MESSAGES: { [Why in WindowProblem]: string } = {
  FULL: 'This delivery window is full. Choose another one.',
  PAST_CUT_OFF: 'It is too late to order this delivery window. Choose a later one.',
  CLOSED: 'The store does not deliver on that day. Choose another one.',
  GONE: 'The store does not have this delivery window, or not any more. Choose another one.',
}
