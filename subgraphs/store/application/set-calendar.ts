import { type InvalidInput, type NotFound, notFound } from '../../../chassis/failures.ts'
import { digestOf } from '../../../chassis/idempotency.ts'
import { readInput } from '../../../chassis/inputs.ts'
import {
  type CalendarConflict,
  changeCalendar,
  type TooManyCalendarChanges,
  withOneMoreChange,
} from '../domain/calendar.ts'
import type { Store } from '../domain/store.ts'
import { calendarInput } from './calendar-input.ts'
import type { Ports } from './ports.ts'

export type CalendarPayload = { type: 'CalendarPayload'; store: Store }
export type SetDeliveryCalendarResult =
  | CalendarPayload
  | CalendarConflict
  | TooManyCalendarChanges
  | NotFound
  | InvalidInput

/**
 * Sets the calendar of a store of the caller's. The one that is set already changes nothing, whatever version is expected: it may be
 * the same request again, whose answer was lost.
 */
export async function setDeliveryCalendar(
  ports: Ports,
  ownerId: string,
  input: unknown,
): Promise<SetDeliveryCalendarResult> {
  const read = readInput(calendarInput, input)
  if ('failure' in read) return read.failure
  const { storeId, expectedVersion, ...calendar } = read.value
  return ports.transact(ports.newId(), async (tx) => {
    const store = await tx.stores.find(storeId)
    if (store?.ownerId !== ownerId) return notFound('store')
    // Locked, so that of two setters the later one has seen what the earlier one set.
    const [owner] = await tx.owners.lock([ownerId])
    if (!owner) throw new Error(`The store ${store.id} has no owner.`) // There is one since the first store was registered.
    const [existing = null] = await tx.calendars.lock([store.id])
    if (!existing || digestOf(existing.calendar) !== digestOf(calendar)) {
      const decision = changeCalendar(existing, { storeId: store.id, calendar, expectedVersion })
      if ('type' in decision) return decision
      const changed = withOneMoreChange(owner, ports.now())
      if ('type' in changed) return changed
      tx.owners.save(changed)
      tx.calendars.save(decision.calendar)
      tx.say(decision.says)
    }
    return { type: 'CalendarPayload', store }
  })
}
