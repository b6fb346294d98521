import type { EntityManager } from '@mikro-orm/postgresql'
import { isId } from '../../../../chassis/ids.ts'
import { leastRecentlyUsed } from '../../../../chassis/least-recently-used.ts'
import { type Calendar, DEFAULT_CALENDAR } from '../../../../schema/calendar/calendar.ts'
import type { Span } from '../../application/ports.ts'

/**
 * Calendars as they were last read: the largest have a hundred kilobytes, which every order would have to parse. `written` is the
 * version, and the transaction that wrote the row: in a database that was restored or promoted, another calendar may have that version.
 */
const cached = leastRecentlyUsed<{ written: string; calendar: Calendar; characters: number }>(10_000, {
  maxWeight: 16_000_000,
  weightOf: (_, { characters }) => characters,
})

/** The calendars of these stores, the default one where none was heard; one query, which reads only those that have changed. */
export async function calendarsOf(em: EntityManager, storeIds: readonly string[]): Promise<Calendar[]> {
  const ids = storeIds.filter(isId).map((id) => id.toLowerCase())
  if (!ids.length) return storeIds.map(() => DEFAULT_CALENDAR)
  const known = new Map(ids.map((id) => [id, cached.get(id)]))
  const written = ids.map((id) => known.get(id)?.written ?? '')
  const rows = await em.execute<{ id: string; written: string; changed: Calendar | null }[]>(
    `select id, written, case when written <> known_written then calendar end as changed
     from unnest(?::uuid[], ?::text[]) as known (id, known_written) join calendars using (id),
       lateral (select calendar_version || '/' || calendars.xmin::text as written) as row_written`,
    [`{${ids}}`, `{${written.map((one) => `"${one}"`)}}`],
  )
  const found = new Map<string, Calendar>()
  for (const { id, written, changed } of rows) {
    const calendar = changed ?? known.get(id)?.calendar
    if (!calendar) continue // Never: what is not known has changed.
    if (changed) cached.set(id, { written, calendar, characters: JSON.stringify(calendar).length })
    found.set(id, calendar)
  }
  return storeIds.map((id) => found.get(id.toLowerCase()) ?? DEFAULT_CALENDAR)
}

/** For each span, the orders that hold a place in it; as domain/windows.ts has it (`isBookedIn`). The index is orders_booked. */
export async function bookedIn(em: EntityManager, spans: readonly Span[]): Promise<number[]> {
  const valid = spans.filter(({ storeId }) => isId(storeId))
  if (!valid.length) return spans.map(() => 0)
  const rows = await em.execute<{ booked: number }[]>(
    `select (
       select count(*)::int from orders
       where store_id = span.store_id and promise is not null and status not in ('EXPIRED', 'CANCELLED', 'REJECTED')
         and (promise->>'startsAt') collate "C" >= span.starts_at and (promise->>'startsAt') collate "C" < span.ends_at
     ) as booked
     from unnest(?::uuid[], ?::text[], ?::text[]) with ordinality as span (store_id, starts_at, ends_at, place) order by place`,
    [
      `{${valid.map(({ storeId }) => storeId)}}`,
      `{${valid.map(({ startsAt }) => startsAt.toISOString())}}`,
      `{${valid.map(({ endsAt }) => endsAt.toISOString())}}`,
    ],
  )
  const counts = new Map(valid.map((span, index) => [span, rows[index]?.booked ?? 0]))
  return spans.map((span) => counts.get(span) ?? 0)
}
