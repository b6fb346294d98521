import type { Calendar } from '../../../schema/calendar/calendar.ts'
import { dayOf, daysFrom, windowsOn } from '../../../schema/calendar/windows.ts'
import type { StoreCalendar } from '../../../subgraphs/store/domain/calendar.ts'
import type { StoreOrder } from '../../../subgraphs/store/domain/store-order.ts'
import type { Changed, Database } from '../database.ts'
import { ACCEPTING } from '../plan.ts'
import { assertRule } from './violation.ts'

/** A calendar that a store had until a time; null: none of its own. */
type Had = { calendar: Calendar | null; until: number }

/**
 * Returns a check of each commit in store's database: an order that is opened must be accepted by the time that follows from its
 * promise and a calendar that its store had between the begin of the transaction and its commit, and its florist has time for it.
 */
export function createAcceptanceCheck() {
  const had = new Map<string, Had[]>()
  const hadBy = (storeId: string) => {
    const calendars = had.get(storeId) ?? [{ calendar: null, until: Number.POSITIVE_INFINITY }]
    had.set(storeId, calendars)
    return calendars
  }
  return (database: Database, changed: Changed[], begunAt: number, now: number): void => {
    for (const { table, id, before } of changed) {
      if (table === 'calendars') {
        const row = database.row<StoreCalendar>(table, id)
        const last = hadBy(id).at(-1)
        if (!row || !last) continue
        last.until = now
        hadBy(id).push({ calendar: row.calendar, until: Number.POSITIVE_INFINITY })
      } else if (table === 'storeOrders' && !before) {
        const order = database.row<StoreOrder>(table, id)
        if (order?.status !== 'NEW') continue
        const calendars = hadBy(order.storeId).filter(({ until }) => until >= begunAt)
        checkOpened(order, calendars, begunAt, now)
      }
    }
  }
}

function checkOpened({ id, promise, acceptBy }: StoreOrder, calendars: Had[], begunAt: number, now: number): void {
  const within = acceptBy ? acceptBy.getTime() - begunAt : Number.POSITIVE_INFINITY
  assertRule('every florist has time to accept', within >= ACCEPTING.acceptWithinMs, () => {
    return `${id} is opened with ${within} ms to accept it.`
  })
  const follows = calendars.some(({ calendar }) => {
    if (!promise || !calendar) return acceptBy === null
    return [begunAt, now].some((openedAt) => {
      const planned = plannedBy(calendar, promise, openedAt)
      const earliest = Math.max(planned, begunAt + ACCEPTING.acceptWithinMs)
      const latest = Math.max(planned, now + ACCEPTING.acceptWithinMs)
      return acceptBy !== null && acceptBy.getTime() >= earliest && acceptBy.getTime() <= latest
    })
  })
  assertRule('acceptBy follows from the promise and the calendar', follows, () => {
    return `${id}, promised from ${promise?.startsAt}, is opened with acceptBy ${acceptBy?.toISOString()}.`
  })
}

/** The begin of the promised window, or the end of the first day after the opening's that has windows, if that is sooner. */
function plannedBy(calendar: Calendar, { startsAt }: NonNullable<StoreOrder['promise']>, openedAt: number): number {
  const later = daysFrom(dayOf(calendar, new Date(openedAt)), DAYS_LOOKED_AT).slice(1)
  const nextOpenDay = later.find((day) => windowsOn(calendar, day).length)
  const last = nextOpenDay && windowsOn(calendar, nextOpenDay).at(-1)
  return Math.min(Date.parse(startsAt), last ? last.endsAt.getTime() : Number.POSITIVE_INFINITY)
}
/** No plan closes more than two days. */
const DAYS_LOOKED_AT = 10
