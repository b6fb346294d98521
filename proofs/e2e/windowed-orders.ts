import { until } from '../../chassis/testing/until.ts'
import type { Stack } from '../testing/stack.ts'
import { sqlIn } from './databases.ts'
import { uuidOf } from './ids.ts'
import type { MenuItem, NumberedCustomer, People } from './people.ts'
import { openShop, setCalendar, type Window, type WindowTimes, windowsOf } from './shops.ts'

const ORDER = `query ($id: ID!) { order(id: $id) { status total { amount } deliveryFee { amount }
  promise { startsAt endsAt timeZone } payment { status } storeOrder { status rejectionCause rejectionReason acceptBy } } }`
/** The fields of an order that tests of windows read. */
type Read = {
  status: string
  promise: { startsAt: string; endsAt: string; timeZone: string } | null
  payment: { status: string } | null
  storeOrder: { status: string; rejectionCause: string | null; acceptBy: string | null } | null
  [field: string]: unknown
}
type Booked = { type: string; chargeKey: string; amount: { amount: number } }

export type WindowedOrders = ReturnType<typeof windowedOrders>

/** Shops of bundang's with windows, orders in them, and what the provider has booked for them. */
export function windowedOrders(stack: Stack, app: People, customers: readonly NumberedCustomer[]) {
  const left = [...customers]
  const read = async (who: 'bundang' | NumberedCustomer, id: string) =>
    (await app.as<{ order: Read | null }>(who, ORDER, { id })).data?.order
  /** The provider's entries, of all orders or of one. */
  const book = async (orderId?: string): Promise<Booked[]> => {
    const path = orderId ? `/book?reference=${uuidOf(orderId)}` : '/book'
    return ((await stack.sandbox(path)) as { entries: Booked[] }).entries
  }
  return {
    /** A customer who has no orders yet, since some orders stay unpaid. */
    buyer: (): NumberedCustomer => {
      const customer = left.pop()
      if (!customer) throw new Error('There are no customers left.')
      return customer
    },
    read,
    becomes: (who: 'bundang' | NumberedCustomer, id: string, status: string) =>
      until(async () => (await read(who, id))?.status === status, `the order is ${status}`),
    book,
    /** What the provider has charged for an order and not returned, in won; a charge that was made void is returned. */
    kept: async (orderId: string) => {
      const entries = await book(orderId)
      const voided = entries.filter(({ type }) => type === 'void').map(({ chargeKey }) => chargeKey)
      return entries.reduce((sum, { type, chargeKey, amount }) => {
        if (type === 'charge' && !voided.includes(chargeKey)) return sum + amount.amount
        return type === 'refund' ? sum - amount.amount : sum
      }, 0)
    },
    /** Moves the time until which an order can be paid into the past. */
    passPayBy: (orderId: string) =>
      sqlIn(stack, 'order', `update orders set pay_by = now() - interval '1 day' where id = $1`, [uuidOf(orderId)]),
    /** Moves the time until which orders must be accepted into the past, once store has opened them. */
    passAcceptBy: (ids: string[]) =>
      until(async () => {
        const sql = `update store_orders set accept_by = now() - interval '1 day' where id = any($1::uuid[])
          and accept_by is not null returning id`
        return (await sqlIn(stack, 'store', sql, [ids.map(uuidOf)])).length === ids.length
      }, 'store has opened the orders'),
    /** A shop with these windows a day, and those of the day after tomorrow. */
    shopWith: async (name: string, windows: WindowTimes[], change: object = {}) => {
      const item = await openShop(app, name)
      await setCalendar(app, item.store.id, windows, change)
      return { item, windows: await windowsOf(app, item.store.id, ({ length }) => length === windows.length) }
    },
    place: (who: NumberedCustomer, item: MenuItem, window: Window | undefined, change: object = {}) =>
      app.place(who, item, 1, { windowId: window?.windowId, ...change }),
  }
}
