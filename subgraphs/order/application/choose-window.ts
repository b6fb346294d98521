import type { Calendar } from '../../../schema/calendar/calendar.ts'
import type { DeliveryWindow } from '../../../schema/calendar/windows.ts'
import { firstOpen, type Offer, type WindowProblem } from '../domain/windows.ts'
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
 * Books a place in a chosen window with a limit: the place is taken when the transaction commits with the order. No other place of the
 * store is booked until then. If the window has become full, an order that named none gets the earliest that is open now.
 */
export async function takePlace(
  tx: Tx,
  wanted: Wanted,
  chosen: DeliveryWindow,
): Promise<DeliveryWindow | WindowUnavailable> {
  const { storeId, windowId } = wanted
  if (chosen.capacity === null) return chosen
  const [store = { id: storeId }] = await tx.bookedStores.lock([storeId])
  tx.bookedStores.save(store)
  if (windowId === undefined) return earliest(tx, wanted)
  return (await isFull(tx, storeId, chosen)) ? unavailable(tx, wanted, 'FULL') : chosen
}

async function isFull(tx: Tx, storeId: string, window: DeliveryWindow): Promise<boolean> {
  if (window.capacity === null) return false
  const [booked = 0] = await tx.booked([{ storeId, ...window }])
  return booked >= window.capacity
}

async function earliest(tx: Tx, wanted: Wanted): Promise<DeliveryWindow | WindowUnavailable> {
  const { calendar, now } = wanted
  const [window] = await open(tx, wanted.storeId, windowsInTime(calendar, now), 1)
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
