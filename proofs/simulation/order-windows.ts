import type { Transact } from '../../chassis/transaction.ts'
import { DEFAULT_CALENDAR } from '../../schema/calendar/calendar.ts'
import type { SaidBy } from '../../schema/events/facts.ts'
import type { KnownCalendar, Ports, Tables } from '../../subgraphs/order/application/ports.ts'
import type { Order } from '../../subgraphs/order/domain/order.ts'
import { isBookedIn } from '../../subgraphs/order/domain/windows.ts'
import type { Database } from './database.ts'
import type { Process } from './process.ts'

/** What order's transactions read of windows beside single rows: committed ones, each in a step of its own. */
export const withWindows =
  (transact: Transact<Tables, SaidBy<'order'>>, process: Process, database: Database): Ports['transact'] =>
  (cause, work) =>
    transact(cause, (tx) =>
      work({
        ...tx,
        calendarOf: async (storeId) => {
          await process.step('find in calendars')
          return database.row<KnownCalendar>('calendars', storeId)?.calendar ?? DEFAULT_CALENDAR
        },
        booked: async (spans) => {
          await process.step('count the booked places')
          const orders = database.rows<Order>('orders')
          return spans.map((span) => orders.filter((order) => isBookedIn(span, order)).length)
        },
        unerased: async () => [], // account is not simulated
      }),
    )
