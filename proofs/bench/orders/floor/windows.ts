import { type Calendar, DEFAULT_CALENDAR } from '../../../../schema/calendar/calendar.ts'
import { readWindowId } from '../../../../schema/calendar/window-id.ts'
import { type DeliveryWindow, dayOf, daysFrom, windowBetween, windowsOn } from '../../../../schema/calendar/windows.ts'
import { mustChange, type Run } from './database.ts'

export type Promised = { startsAt: string; endsAt: string; timeZone: string }

const CALENDAR = `select id, calendar_version as version, case when calendar_version <> known_version then calendar end as changed
  from unnest($1::uuid[], $2::int[]) as known (id, known_version) join calendars using (id)`
const BOOKED = `select count(*)::int as booked from orders
  where store_id = $1 and promise is not null and status not in ('EXPIRED', 'CANCELLED', 'REJECTED')
    and (promise->>'startsAt') collate "C" >= $2 and (promise->>'startsAt') collate "C" < $3`

/** Calendars as they were last read. */
const known = new Map<string, { version: number; calendar: Calendar }>()

/** The window with this id, or the earliest that can be ordered, and its store's time zone. */
export async function findWindow(run: Run, storeId: string, windowId: string | undefined) {
  const [row] = await run(CALENDAR, [[storeId], [known.get(storeId)?.version ?? 0]])
  if (row?.changed) known.set(storeId, { version: row.version, calendar: row.changed })
  const calendar = known.get(storeId)?.calendar ?? DEFAULT_CALENDAR
  const window = windowId === undefined ? earliest(calendar) : named(calendar, windowId)
  if (!window || window.orderBy <= new Date()) throw new Error('The window can not be ordered.')
  return { window, timeZone: calendar.timeZone }
}

function named(calendar: Calendar, id: string): DeliveryWindow | null {
  const window = readWindowId(id)
  return window && windowBetween(calendar, window.startsAt, window.endsAt)
}

function earliest(calendar: Calendar): DeliveryWindow | undefined {
  const now = new Date()
  const days = daysFrom(dayOf(calendar, now), 2)
  return days.flatMap((day) => windowsOn(calendar, day)).find(({ orderBy }) => orderBy > now)
}

/** Books a place in a window with a limit, under the lock of its store, which the transaction keeps until it commits. */
export async function takePlace(run: Run, storeId: string, window: DeliveryWindow): Promise<void> {
  if (window.capacity === null) return
  await mustHavePlace(run, storeId, window)
  const [store] = await run('select * from booked_stores where id = any($1::uuid[]) order by id for update', [
    [storeId],
  ])
  await mustHavePlace(run, storeId, window)
  const insert = 'insert into booked_stores (id) values ($1) on conflict do nothing returning id'
  if (!store) mustChange(await run(insert, [storeId]))
}

async function mustHavePlace(run: Run, storeId: string, { startsAt, endsAt, capacity }: DeliveryWindow) {
  const [row] = await run(BOOKED, [storeId, startsAt.toISOString(), endsAt.toISOString()])
  if (row.booked >= (capacity ?? Infinity)) throw new Error('The window is full.')
}
