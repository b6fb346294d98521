import { z } from 'zod'
import { badInput } from '../../../../chassis/graphql/list-arguments.ts'
import { isPostalCode } from '../../../../chassis/inputs.ts'
import { type Calendar, MOST } from '../../../../schema/calendar/calendar.ts'
import { type DeliveryWindow, dayOf, daysFrom, feeTo, windowsOn } from '../../../../schema/calendar/windows.ts'
import { lastDay, offerOf } from '../../application/offers.ts'
import { isInTime, type Offer } from '../../domain/windows.ts'
import type { Reads } from '../../outbound/postgres/reads.ts'

/** The arguments of Store.deliveryDays; null means the default, too. */
type Asked = { postalCode?: string | null; from?: string | null; days?: number | null }

const DEFAULT_DAYS = 14
const date = z.iso.date()

/** The days that can be ordered from a store, with all their windows; null if there is no such store. */
export async function readDeliveryDays(
  reads: Reads,
  storeId: string,
  { postalCode, from, days }: Asked,
  now: Date,
): Promise<{ date: string; windows: Offer[] }[] | null> {
  const count = days ?? DEFAULT_DAYS
  if (count < 1 || count > MOST.daysAsked) throw badInput(`days: 1 to ${MOST.daysAsked}.`)
  if (postalCode && !isPostalCode(postalCode)) throw badInput('postalCode: a postal code has five digits.')
  const [store, calendar] = await Promise.all([reads.stores.load(storeId), reads.calendars.load(storeId)])
  if (!store) return null
  const code = postalCode || null
  const last = lastDay(calendar, now)
  const shown = daysFrom(firstDay(calendar, from, now), count).filter((day) => day <= last)
  const offers = (day: string) =>
    Promise.all(windowsOn(calendar, day).map((window) => offer(reads, storeId, calendar, window, code, now)))
  // All at once, so that the places of all windows are counted by one query.
  return Promise.all(shown.map(async (day) => ({ date: day, windows: await offers(day) })))
}

function firstDay(calendar: Calendar, from: string | null | undefined, now: Date): string {
  const today = dayOf(calendar, now)
  if (!from) return today
  if (!date.safeParse(from).success) throw badInput('from: there is no such day.')
  if (from < today) throw badInput(`from: the first day is today, ${today} in the store's time zone.`)
  if (from > lastDay(calendar, now)) throw badInput(`from: at most ${MOST.daysAhead} days ahead.`)
  return from
}

async function offer(
  reads: Reads,
  storeId: string,
  calendar: Calendar,
  window: DeliveryWindow,
  postalCode: string | null,
  now: Date,
): Promise<Offer> {
  const fee = feeTo(calendar, postalCode)
  // Without a postal code the fee may not be known, but somewhere it is delivered.
  const isPossible = isInTime(window, now) && (fee !== null || postalCode === null)
  const hasPlace = async ({ capacity }: DeliveryWindow) =>
    capacity === null || (await reads.booked.load({ storeId, ...window })) < capacity
  return offerOf(storeId, window, fee, isPossible && (await hasPlace(window)))
}
