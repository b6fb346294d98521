import type { Transact } from '../../../chassis/transaction.ts'
import { DEFAULT_CALENDAR } from '../../../schema/calendar/calendar.ts'
import type { SaidBy } from '../../../schema/events/facts.ts'
import type { Ports, Tables } from '../application/ports.ts'
import { ENDED, isErased } from '../domain/erasing.ts'
import type { Order } from '../domain/order.ts'
import { isBookedIn } from '../domain/windows.ts'

/** order's transactions on tables in memory, with what they read of windows and customers; `orders` returns the committed ones. */
export const withWindows =
  (transact: Transact<Tables, SaidBy<'order'>>, orders: () => Promise<Order[]>): Ports['transact'] =>
  (cause, work) =>
    transact(cause, (tx) =>
      work({
        ...tx,
        calendarOf: async (storeId) => (await tx.calendars.find(storeId))?.calendar ?? DEFAULT_CALENDAR,
        booked: async (spans) => {
          const all = await orders()
          return spans.map((span) => all.filter((order) => isBookedIn(span, order)).length)
        },
        unerased: async (customerId, which, limit) =>
          (await orders())
            .filter((order) => order.customerId === customerId && !isErased(order))
            .filter(({ status }) => ENDED.includes(status) === (which === 'ended'))
            .map(({ id }) => id)
            .sort()
            .slice(0, limit),
      }),
    )

/** The names of order's tables. */
export const TABLES = ['orders', 'menu', 'stores', 'buyers', 'keyUses', 'calendars', 'bookedStores'] as const
