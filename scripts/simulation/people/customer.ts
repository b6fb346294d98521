import type { Item } from '../../../subgraphs/item/domain/item.ts'
import type { PayOrderResult } from '../../../subgraphs/order/application/pay-order.ts'
import type { PlaceOrderResult } from '../../../subgraphs/order/application/place-order.ts'
import type { Order } from '../../../subgraphs/order/domain/order.ts'
import type { Store } from '../../../subgraphs/store/domain/store.ts'
import type { StoreOrder } from '../../../subgraphs/store/domain/store-order.ts'
import { untilSaid } from '../database.ts'
import { Violation } from '../invariants/violation.ts'
import type { Wish } from '../plan.ts'
import { insist, record, request, type Someone } from './asking.ts'

/** Tries so often to place what is not to be had yet. */
const TRIES = 4
/** Looks so often how far the order is, before giving up to cancel it. */
const LOOKS = 20
const LOOKS_EVERY_MS = 2_000

/** Places an order, pays it, in several goes if need be, and may cancel at any time. */
export async function customer(self: Someone, wishes: Wish[]): Promise<void> {
  self.records.buying += 1
  for (const [index, wish] of wishes.entries()) {
    const key = `${self.name} wish ${index + 1}`
    await self.wait(5)
    await Promise.all([buy(self, key, wish), cancelLater(self, index, wish)])
  }
  self.records.buying -= 1
}

async function buy(self: Someone, key: string, wish: Wish): Promise<void> {
  const [first = 'tok_ok', ...others] = wish.tokens
  const unheard: Promise<unknown>[] = []
  /** Asks once or, being impatient, twice at once, and goes on with the first answer. */
  const ask = async <Answer>(call: () => Promise<Answer>): Promise<Answer> => {
    const calls = wish.twice ? [call(), call()] : [call()]
    unheard.push(...calls)
    return Promise.race(calls)
  }
  const placed = await place(self, key, wish, first, ask)
  if (placed) {
    const { order } = placed
    let last: PlaceOrderResult | PayOrderResult = placed
    for (const token of others) {
      await self.wait(last.type === 'PaymentDeferred' ? 20 : 4)
      last = await ask(() =>
        insist(self, 'order', `pays ${order.id} by ${token}`, ({ payOrder }) =>
          payOrder(self.id, { orderId: order.id, paymentToken: token }),
        ),
      )
      if (last.type === 'OrderPayload' || last.type === 'WrongState') break
    }
    if (self.chance.chance(0.2)) await tryAnotherInput(self, key, wish, first)
  }
  await Promise.all(unheard)
}

type Placed = Extract<PlaceOrderResult, { order: Order }>

async function place(
  self: Someone,
  key: string,
  wish: Wish,
  token: string,
  ask: <Answer>(call: () => Promise<Answer>) => Promise<Answer>,
): Promise<Placed | null> {
  for (let tries = 1; tries <= TRIES; tries++) {
    const input = inputOf(self, key, wish, token)
    const call = async () => {
      const answer = await insist(self, 'order', `places ${key}`, ({ placeOrder }) => placeOrder(self.id, input))
      if ('order' in answer) record(self.records.ordersOfKey, key, answer.order.id)
      return answer
    }
    const answer = input && (await ask(call))
    if (answer && 'order' in answer) return answer
    await self.wait(20)
    await self.world.scheduler.sleep(self, 500)
  }
  return null
}

/** By the menu as the customer sees it; null while there is none. */
function inputOf(self: Someone, key: string, wish: Wish, paymentToken: string) {
  const { databases } = self.world
  const store = databases.store.rows<Store>('stores')[wish.store]
  const items = databases.item.rows<Item>('items').filter(({ storeId }) => storeId === store?.id)
  if (!store || !items.length) return null
  return {
    idempotencyKey: key,
    storeId: store.id,
    lines: wish.lines.map(({ item, quantity }) => ({ itemId: (items[item] ?? items[0])?.id, quantity })),
    recipient: { name: '홍길동', phone: '010-1234-5678', address: '서울' },
    paymentToken,
  }
}

/** A key names one request for good. */
async function tryAnotherInput(self: Someone, key: string, wish: Wish, token: string): Promise<void> {
  const input = inputOf(self, key, wish, token)
  const other = { ...input, cardMessage: '생일 축하해' }
  const answer = await request(self, 'order', `uses ${key} for another`, ({ placeOrder }) => placeOrder(self.id, other))
  if (answer && answer.type !== 'IdempotencyConflict')
    throw new Violation('one order for a key', `${key} was used for another input, and answered ${answer.type}.`)
}

async function cancelLater(self: Someone, index: number, { cancels }: Wish): Promise<void> {
  if (cancels === null) return
  const { databases, scheduler } = self.world
  if (typeof cancels === 'number') await self.wait(cancels)
  const watched = typeof cancels === 'number' || cancels === 'PAID' ? databases.order : databases.store
  for (let looks = 1; looks <= LOOKS; looks++) {
    await untilSaid(scheduler, self, watched, LOOKS_EVERY_MS)
    const own = databases.order.rows<Order>('orders').filter(({ customerId }) => customerId === self.id)
    const order = own[index]
    if (!order) continue
    const inStore = databases.store.row<StoreOrder>('storeOrders', order.id)?.status
    if (typeof cancels === 'string' && order.status !== cancels && inStore !== cancels) continue
    const times = self.chance.pick([1, 1, 2])
    for (let time = 1; time <= times; time++)
      await insist(self, 'order', `cancels ${order.id}`, ({ cancelOrder }) =>
        cancelOrder(self.id, { orderId: order.id }),
      )
    return
  }
}
