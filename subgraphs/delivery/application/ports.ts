import type { Messaging, Table, Transact } from '../../../chassis/transaction.ts'
import type { Calendar } from '../../../schema/calendar/calendar.ts'
import type { SaidBy } from '../../../schema/events/facts.ts'
import type { Delivery } from '../domain/delivery.ts'

/** A store's calendar of the highest version that delivery has heard, from CalendarChanged. */
export type KnownCalendar = { id: string; calendarVersion: number; calendar: Calendar }

/** The context's tables. */
export type Rows = { deliveries: Delivery; calendars: KnownCalendar }

export type Tables = { [Name in keyof Rows]: Table<Rows[Name]> }

export type Tx = Tables & Messaging<SaidBy<'delivery'>>

export type Ports = {
  transact: Transact<Tables, SaidBy<'delivery'>>
  /** The ids of deliveries whose `dueAt` has passed and that still wait, earliest first; at most `limit`. */
  dueAt: (now: Date, limit: number) => Promise<string[]>
  now: () => Date
  newId: () => string
  settings: {
    /** How long before the promised window a rider may depart; null: at any time. */
    departEarliestMs: number | null
    /** How long this process must have been working before it ends anything by itself, so that what was said meanwhile is heard first. */
    returnAfterWorkingMs: number
    /** The key of the recipients' links; null: there are none. */
    linkSecret: string | null
    /** The keys of PROOF photos' ids (schema/photos/). */
    photoKeys: readonly string[]
  }
}
