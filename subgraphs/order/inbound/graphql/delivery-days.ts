import { z } from 'zod'
import { badInput } from '../../../../chassis/graphql/list-arguments.ts'
import { postalCode as postalCodeInput } from '../../../../chassis/inputs.ts'
import { type Calendar, MOST } from '../../../../schema/calendar/calendar.ts'
import { dayOf, daysAfter, daysFrom, feeTo, windowsOn } from '../../../../schema/calendar/windows.ts'
import { offerOf } from '../../application/offers.ts'
import { isInTime, type Offer } from '../../domain/windows.ts'
import type { Reads } from '../../outbound/postgres/reads.ts'

/** The arguments of Store.deliveryDays; null means the default, too. */
type Asked = { postalCode?: string | null; from?: string | null; days?: number | null }

/** What the windows of all days of one answer have in common. */
type Offering = { storeId: string; calendar: Calendar; fee: number | null; isServed: boolean; now: Date }

/** A day that is shown; its windows are computed only if they are selected (`windowsOfDay`). */
export type ShownDay = { date: string; offering: Offering }

/** A window that is shown; its places are counted only if `open` is selected. */
export type ShownWindow = Omit<Offer, 'open'> & { open: boolean | (() => Promise<boolean>) }

const DEFAULT_DAYS = 14
const date = z.iso.date()

/** The days that can be ordered from a store; null if there is no such store. */
export async function readDeliveryDays(
  reads: Reads,
  storeId: string,
  { postalCode, from, days }: Asked,
  now: Date,
): Promise<ShownDay[] | null> {
  const count = days ?? DEFAULT_DAYS
  if (count < 1 || count > MOST.daysAsked) throw badInput(`days: 1 to ${MOST.daysAsked}.`)
  const read = postalCodeInput.safeParse(postalCode)
  if (!read.success) throw badInput('postalCode: a postal code has five digits.')
  const code = read.data ?? null
  const [store, calendar] = await Promise.all([reads.stores.load(storeId), reads.calendars.load(storeId)])
  if (!store) return null
  const fee = feeTo(calendar, code)
  // Without a postal code the fee may not be known, but somewhere it is delivered.
  const offering = { storeId, calendar, fee, isServed: fee !== null || code === null, now }
  const today = dayOf(calendar, now)
  const last = daysAfter(today, MOST.daysAhead)
  const shown = daysFrom(firstDay(from, today, last), count).filter((day) => day <= last)
  return shown.map((day) => ({ date: day, offering }))
}

function firstDay(from: string | null | undefined, today: string, last: string): string {
  if (!from) return today
  if (!date.safeParse(from).success) throw badInput('from: there is no such day.')
  if (from < today) throw badInput(`from: the first day is today, ${today} in the store's time zone.`)
  if (from > last) throw badInput(`from: at most ${MOST.daysAhead} days ahead.`)
  return from
}

/** The windows of a day. Not asynchronous, so that the first day too many ends the whole list. */
export function windowsOfDay(reads: Reads, { date, offering }: ShownDay): ShownWindow[] {
  if (++reads.shown.days > MOST.daysOfRequest)
    throw badInput(`deliveryDays: the windows of at most ${MOST.daysOfRequest} days in one request.`)
  const { storeId, calendar, fee, isServed, now } = offering
  return windowsOn(calendar, date).map((window) => {
    const { capacity } = window
    const isPossible = isInTime(window, now) && isServed
    const isNotFull = async (most: number) => (await reads.booked.load({ storeId, ...window })) < most
    const open = isPossible && capacity !== null ? () => isNotFull(capacity) : isPossible
    return { ...offerOf(storeId, window, fee, isPossible), open }
  })
}
