import { DEFAULT_CALENDAR } from '../../../schema/calendar/calendar.ts'
import { windowId } from '../../../schema/calendar/window-id.ts'
import { feeTo } from '../../../schema/calendar/windows.ts'
import type { MenuItem } from '../../../subgraphs/order/domain/menu.ts'
import type { Order } from '../../../subgraphs/order/domain/order.ts'
import { calendarIn, windowsShown } from '../calendars.ts'
import { assertRule } from '../invariants/violation.ts'
import { hasPlaceIn, isPromisedIn } from '../invariants/windows.ts'
import type { World } from '../world.ts'
import { type Actor, record, requestUntilAnswered } from './requests.ts'

const KEY = 'the place of another'
const POSTAL_CODES = ['06236', '13529', '04524']
/** A window that can be ordered for as long is still open when the request arrives. */
const MARGIN_MS = 1_000

/** Orders a window that was full, and of which an order has ended since. Nothing else happens, so what is shown must be sold. */
export async function latecomer(self: Actor): Promise<void> {
  const input = freedPlace(self.world)
  if (!input) return
  self.records.expectedOfKey.set(KEY, input.expectedTotal.amount)
  const answer = await requestUntilAnswered(self, 'order', `places ${KEY}`, ({ placeOrder }) =>
    placeOrder(self.id, input),
  )
  self.world.faults.count(`(a freed place is ordered: ${answer.type})`)
  assertRule('a place that is free again is sold', 'order' in answer, () => `The answer was ${answer.type}.`)
  if ('order' in answer) record(self.records.ordersOfKey, KEY, answer.order.id)
}

function freedPlace(world: World) {
  const { databases, scheduler } = world
  const now = new Date(scheduler.now())
  const orders = databases.order.rows<Order>('orders')
  for (const { id: storeId } of databases.order.rows<{ id: string }>('stores')) {
    const calendar = calendarIn(world, 'order', storeId)?.calendar ?? DEFAULT_CALENDAR
    const postalCode = POSTAL_CODES.find((code) => feeTo(calendar, code) !== null)
    const item = databases.order
      .rows<MenuItem>('menu')
      .find((item) => item.storeId === storeId && !item.withdrawn && (item.madeToOrder || item.available > 0))
    const freed = windowsShown(calendar, now).find((window) => {
      const promised = orders.filter((order) => isPromisedIn(window, storeId, order)).length
      const standing = orders.filter((order) => hasPlaceIn(window, storeId, order)).length
      const isFree = window.capacity !== null && standing < window.capacity && promised >= window.capacity
      return isFree && window.orderBy.getTime() > now.getTime() + MARGIN_MS
    })
    if (!freed || !item?.price || !postalCode) continue
    return {
      idempotencyKey: KEY,
      storeId,
      lines: [{ itemId: item.id, quantity: 1 }],
      expectedTotal: { amount: item.price.amount + (feeTo(calendar, postalCode) ?? 0), currency: 'KRW' },
      recipient: { name: '홍길동', phone: '010-1234-5678', address: '서울', postalCode },
      windowId: windowId({ storeId, ...freed }),
      paymentToken: 'tok_ok',
    }
  }
  return null
}
