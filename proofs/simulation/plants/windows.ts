import type { Calendar, DayWindow } from '../../../schema/calendar/calendar.ts'
import type { Ports as OrderPorts, WindowReads } from '../../../subgraphs/order/application/ports.ts'
import type { Order } from '../../../subgraphs/order/domain/order.ts'
import type { Plant } from '../plant.ts'
import { lastWriteWins, withTable } from './table-changes.ts'

/** Mistakes in calendars, in the windows that order sells, and in what it promises. */
export const windows = {
  /** The places of a window are counted before its store is locked, and not again. */
  'window-check-before-lock': {
    order: (ports) =>
      withReads(ports, ({ booked }) => {
        const counted = new Map<string, number>()
        return {
          booked: async (spans) => {
            const counts = await booked(spans)
            return spans.map((span, index) => {
              const count = counted.get(keyOf(span)) ?? counts[index] ?? 0
              counted.set(keyOf(span), count)
              return count
            })
          },
        }
      }),
  },

  /** order keeps the calendar that it has heard last, even if its version is older. */
  'calendar-by-arrival': {
    order: (ports) => ({
      ...ports,
      transact: withTable(ports.transact, 'calendars', (calendars) => ({
        find: async (id) => {
          const known = await calendars.find(id)
          return known && { ...known, calendarVersion: 0 }
        },
      })),
    }),
  },

  /** A process goes on selling by the first calendar that it has read. */
  'calendar-read-once': {
    order: (ports) => {
      const first = new Map<string, Promise<Calendar>>()
      return withReads(ports, ({ calendarOf }) => ({
        calendarOf: (storeId) => {
          const read = first.get(storeId) ?? calendarOf(storeId)
          first.set(storeId, read)
          return read
        },
      }))
    },
  },

  /** A window can be ordered until it begins. */
  'cut-off-ignored': {
    order: (ports) => withCalendar(ports, (calendar) => ({ ...calendar, ...withoutNotice(calendar) })),
  },

  /** Every area costs what the first one costs. */
  'fee-of-another-area': {
    order: (ports) =>
      withCalendar(ports, ({ areas, ...others }) => ({
        ...others,
        areas: areas.map((area) => ({ ...area, fee: areas[0]?.fee ?? 0 })),
      })),
  },

  /** An order that has ended keeps its place. */
  'ended-orders-keep-their-place': {
    order: (ports) => {
      const placed = new Map<string, Order>()
      const remembering = {
        ...ports,
        transact: withTable(ports.transact, 'orders', (orders) => ({
          save: (order) => {
            placed.set(order.id, placed.get(order.id) ?? order)
            orders.save(order)
          },
        })),
      }
      return withReads(remembering, () => ({
        booked: async (spans) =>
          spans.map(({ storeId, startsAt, endsAt }) => {
            const isIn = ({ promise, ...order }: Order) =>
              order.storeId === storeId &&
              promise &&
              promise.startsAt >= startsAt.toISOString() &&
              promise.startsAt < endsAt.toISOString()
            return [...placed.values()].filter(isIn).length
          }),
      }))
    },
  },

  /** Unpaid orders may keep any number of places in windows with a limit. */
  'unpaid-places-uncounted': {
    order: (ports) => ({ ...ports, settings: { ...ports.settings, mostUnpaidPlaces: Infinity } }),
  },

  /** A place in a window with a limit is kept as long as one without. */
  'place-kept-too-long': {
    order: (ports) => ({ ...ports, settings: { ...ports.settings, payForPlaceWithinMs: ports.settings.payWithinMs } }),
  },

  /** item does not hand on what was promised. */
  'promise-not-handed-on': {
    item: (ports) => ({
      ...ports,
      transact: (cause, work) =>
        ports.transact(cause, (tx) =>
          work({
            ...tx,
            say: (facts) =>
              tx.say(
                facts.map((fact) => {
                  if (fact.type !== 'StockReserved') return fact
                  const { promise: _, ...data } = fact.data
                  return { ...fact, data }
                }),
              ),
          }),
        ),
    }),
  },

  /** Of two florists who set the calendar at once, both believe that theirs is the next version. */
  'unlocked-calendar': {
    store: (ports) => ({
      ...ports,
      transact: lastWriteWins(lastWriteWins(ports.transact, 'calendars'), 'owners'),
    }),
  },
} satisfies { [name: string]: Plant }

/** Replaces what order's transactions read of windows. */
function withReads(ports: OrderPorts, change: (reads: WindowReads) => Partial<WindowReads>): OrderPorts {
  return {
    ...ports,
    transact: (cause, work) => ports.transact(cause, (tx) => work({ ...tx, ...change(tx) })),
  }
}

const withCalendar = (ports: OrderPorts, change: (calendar: Calendar) => Calendar): OrderPorts =>
  withReads(ports, ({ calendarOf }) => ({ calendarOf: async (storeId) => change(await calendarOf(storeId)) }))

const withoutNotice = ({ windows, specialDays }: Calendar): Pick<Calendar, 'windows' | 'specialDays'> => {
  const without = <Window extends DayWindow>(window: Window): Window => ({ ...window, noticeMinutes: 0 })
  return {
    windows: windows.map(without),
    specialDays: specialDays.map((special) => ({ ...special, windows: special.windows.map(without) })),
  }
}

const keyOf = ({ storeId, startsAt, endsAt }: { storeId: string; startsAt: Date; endsAt: Date }): string =>
  `${storeId} ${startsAt.getTime()} ${endsAt.getTime()}`
