import { type Calendar, DEFAULT_CALENDAR } from '../../../schema/calendar/calendar.ts'
import { type DeliveryWindow, feeTo, windowBetween } from '../../../schema/calendar/windows.ts'
import { type Delivery, isKnown, promiseOf } from '../../../subgraphs/delivery/domain/delivery.ts'
import type { MyPageEntry } from '../../../subgraphs/my-page/domain/entry.ts'
import type { Order, OrderStatus } from '../../../subgraphs/order/domain/order.ts'
import type { Store } from '../../../subgraphs/store/domain/store.ts'
import type { StoreOrder } from '../../../subgraphs/store/domain/store-order.ts'
import { calendarIn } from '../calendars.ts'
import type { Changed, Database } from '../database.ts'
import { PAYING } from '../plan.ts'
import type { World } from '../world.ts'
import { assertRule, Violation } from './violation.ts'

/** An order in one of these holds no place in its window. */
const WITHOUT_PLACE: OrderStatus[] = ['EXPIRED', 'CANCELLED', 'REJECTED']

/** A calendar that order knew until a time. */
type Known = { calendar: Calendar; until: number }

/** A rule that an order breaks by one calendar. */
type Problem = { rule: string; message: string }

/**
 * Returns a check of each commit in order's database: a new order keeps all rules of one calendar that order knew at some time between
 * the begin of its transaction and its commit. So a capacity that was lowered since, or a closed day, is no violation.
 */
export function createWindowCheck() {
  const known = new Map<string, Known[]>()
  const knownOf = (storeId: string) => {
    const calendars = known.get(storeId) ?? [{ calendar: DEFAULT_CALENDAR, until: Number.POSITIVE_INFINITY }]
    known.set(storeId, calendars)
    return calendars
  }
  return (database: Database, changed: Changed[], begunAt: number, now: number): void => {
    for (const { table, id, before } of changed) {
      if (table === 'calendars') {
        const row = database.row<{ calendar: Calendar }>(table, id)
        const last = knownOf(id).at(-1)
        if (!row || !last) continue
        last.until = now
        knownOf(id).push({ calendar: row.calendar, until: Number.POSITIVE_INFINITY })
      } else if (table === 'orders' && !before) {
        const order = database.row<Order>(table, id)
        if (!order) continue
        const calendars = knownOf(order.storeId).filter(({ until }) => until >= begunAt)
        const [fewest] = calendars
          .map(({ calendar }) => problemsBy(calendar, order, database))
          .sort((a, b) => a.length - b.length)
        const problem = fewest?.[0]
        if (problem) throw new Violation(problem.rule, problem.message)
      }
    }
  }
}

/** What is wrong with a new order, if this calendar stands. */
function problemsBy(calendar: Calendar, order: Order, database: Database): Problem[] {
  const { id, promise, deliveryFee, placedAt, payBy, recipient } = order
  const window = promise && windowBetween(calendar, new Date(promise.startsAt), new Date(promise.endsAt))
  if (!window || promise.timeZone !== calendar.timeZone)
    return [{ rule: 'every promise stood in a calendar', message: `${id} is promised ${JSON.stringify(promise)}.` }]
  const { orderBy, capacity } = window
  const fee = feeTo(calendar, recipient.postalCode ?? null)
  const standing = database.rows<Order>('orders').filter((other) => hasPlaceIn(window, order.storeId, other)).length
  const payWithin = capacity === null ? PAYING.payWithinMs : PAYING.payForPlaceWithinMs
  const latestPayBy = Math.min(placedAt.getTime() + payWithin, orderBy.getTime() + PAYING.payAfterCutOffMs)
  const problems: (Problem | false)[] = [
    capacity !== null &&
      standing > capacity && {
        rule: 'a window takes no more orders than its capacity',
        message: `With ${id} there are ${standing} orders in a window for ${capacity}.`,
      },
    placedAt >= orderBy && {
      rule: 'no window is sold after its cut-off',
      message: `${id} was placed at ${placedAt.toISOString()}, in a window that could be ordered until ${orderBy.toISOString()}.`,
    },
    fee !== deliveryFee?.amount && {
      rule: 'the delivery costs what the area costs',
      message: `The delivery of ${id} costs ${deliveryFee?.amount}, but in its area ${fee}.`,
    },
    payBy.getTime() > latestPayBy && {
      rule: 'an unpaid order keeps its place for a limited time',
      message: `${id} can be paid until ${payBy.toISOString()}.`,
    },
  ]
  return problems.filter((problem) => problem !== false)
}

/** An order holds a place in the window in which its promise starts, whatever window that was when it was placed. */
export const hasPlaceIn = (window: DeliveryWindow, storeId: string, order: Order): boolean =>
  !WITHOUT_PLACE.includes(order.status) && isPromisedIn(window, storeId, order)

export const isPromisedIn = ({ startsAt, endsAt }: DeliveryWindow, storeId: string, order: Order): boolean =>
  order.storeId === storeId &&
  order.promise !== null &&
  new Date(order.promise.startsAt) >= startsAt &&
  new Date(order.promise.startsAt) < endsAt

/** Order knows the latest calendar of every store, and the other contexts know what order has promised. */
export function checkWindows(world: World): void {
  const { databases } = world
  for (const { id, name } of databases.store.rows<Store>('stores')) {
    const [own, heard] = [calendarIn(world, 'store', id), calendarIn(world, 'order', id)]
    const isSame =
      own?.calendarVersion === heard?.calendarVersion &&
      JSON.stringify(own?.calendar) === JSON.stringify(heard?.calendar)
    assertRule("order knows every store's latest calendar", isSame, () => {
      return `${name} has version ${own?.calendarVersion}, but order has ${heard?.calendarVersion}, or another calendar.`
    })
  }
  for (const { id, promise, substitution } of databases.order.rows<Order>('orders')) {
    const storeOrder = databases.store.row<StoreOrder>('storeOrders', id)
    const delivery = databases.delivery.row<Delivery>('deliveries', id)
    const kept = [
      promisedIn(databases['my-page'].row<MyPageEntry>('entries', id)?.promise, delivery, promise),
      storeOrder && storeOrder.status !== 'TOMBSTONE' ? storeOrder.promise : promise,
      delivery && isKnown(delivery) && delivery.attempt === 1 ? promiseOf(delivery) : promise,
    ]
    assertRule(
      'every context knows the promise',
      kept.every((other) => JSON.stringify(other) === JSON.stringify(promise)),
      () => {
        return `${id} is promised ${JSON.stringify(promise)}, but my-page, store and delivery have ${JSON.stringify(kept)}.`
      },
    )
    if (!storeOrder || storeOrder.status === 'TOMBSTONE') continue
    const isRespected =
      storeOrder.substitution === substitution && (substitution !== 'SAME_ONLY' || !storeOrder.substituted)
    assertRule('no other flowers are used than the customer allows', isRespected, () => {
      return `${id} was ordered with ${substitution}, store has ${storeOrder.substitution}, ${storeOrder.substituted}.`
    })
  }
}

/** What my-page shows: of a second attempt the window for which delivery has it, else the order's own promise. */
function promisedIn(shown: MyPageEntry['promise'] | undefined, delivery: Delivery | null, promise: Order['promise']) {
  if (!delivery || delivery.attempt === 1) return shown
  const again = promiseOf(delivery)
  const isSame =
    shown?.attempt === 2 &&
    shown.startsAt === again?.startsAt.toISOString() &&
    shown.endsAt === again?.endsAt.toISOString()
  return isSame ? promise : shown
}
