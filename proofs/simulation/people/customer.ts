import type { Item } from '../../../subgraphs/item/domain/item.ts'
import type { PayOrderResult } from '../../../subgraphs/order/application/pay-order.ts'
import type { PlaceOrderResult } from '../../../subgraphs/order/application/place-order.ts'
import type { Order } from '../../../subgraphs/order/domain/order.ts'
import type { Store } from '../../../subgraphs/store/domain/store.ts'
import type { StoreOrder } from '../../../subgraphs/store/domain/store-order.ts'
import { untilAdded } from '../database.ts'
import { Violation } from '../invariants/violation.ts'
import type { Wish } from '../plan.ts'
import { awaitRush, feeShown, type Wanted, wantedAfter, wantedFirst, windowChosen } from './choose-window.ts'
import { type Actor, record, request, requestUntilAnswered } from './requests.ts'

/** A customer's attempts to place an order that is not possible yet. */
const MAX_ATTEMPTS = 4
/** A customer who wants to cancel at a certain status reads the order's status this often before giving up. */
const MAX_READS = 20
const READ_INTERVAL_MS = 2_000

/** Places an order, pays it, in several attempts if necessary, and may cancel at any time. */
export async function customer(self: Actor, plan: { wishes: Wish[]; atOnce: boolean }): Promise<void> {
  self.records.activeCustomers += 1
  let before = Promise.resolve()
  const wishes = plan.wishes.map((wish, index) => {
    const key = `${self.name} wish ${index + 1}`
    const startWish = async () => {
      await self.wait(5)
      await Promise.all([buy(self, key, wish), cancelLater(self, index, wish)])
    }
    before = plan.atOnce ? startWish() : before.then(startWish)
    return before
  })
  await Promise.all(wishes)
  self.records.activeCustomers -= 1
}

async function buy(self: Actor, key: string, wish: Wish): Promise<void> {
  const [first = 'tok_ok', ...others] = wish.tokens
  const calls: Promise<unknown>[] = []
  /** Sends a request once, or twice concurrently and returns the first answer. */
  const send = async <Answer>(call: () => Promise<Answer>): Promise<Answer> => {
    const sent = wish.twice ? [call(), call()] : [call()]
    calls.push(...sent)
    return Promise.race(sent)
  }
  if (wish.window === 'rush') await awaitRush(self, wish)
  const placed = await place(self, key, wish, first, send)
  if (placed) {
    const { order } = placed
    let last: PlaceOrderResult | PayOrderResult = placed
    for (const token of others) {
      await self.wait(last.type === 'PaymentDeferred' ? 20 : 4)
      last = await send(() =>
        requestUntilAnswered(self, 'order', `pays ${order.id} by ${token}`, ({ payOrder }) =>
          payOrder(self.id, { orderId: order.id, paymentToken: token }),
        ),
      )
      if (last.type === 'OrderPayload') break
      if (last.type === 'WrongState' && self.random.chance(0.5)) break
    }
    if (self.random.chance(0.2)) await tryAnotherInput(self, key, wish, first)
  }
  await Promise.all(calls)
}

type Placed = Extract<PlaceOrderResult, { order: Order }>

async function place(
  self: Actor,
  key: string,
  wish: Wish,
  token: string,
  send: <Answer>(call: () => Promise<Answer>) => Promise<Answer>,
): Promise<Placed | null> {
  let expected: number | null = null
  let wanted = wantedFirst(wish)
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const seen = inputOf(self, key, wish, wanted, token)
    if (seen && expected === null) {
      expected = seen.expectedTotal.amount
      if (wish.window === 'old') wanted = { ...wanted, windowId: seen.windowId }
      if (wish.seesOldMenu || wish.window === 'old') await self.wait(20)
    }
    const amount: number = (wish.seesOldMenu ? expected : seen?.expectedTotal.amount) ?? 0
    const input = seen && { ...seen, expectedTotal: { amount, currency: 'KRW' } }
    self.records.expectedOfKey.set(key, Math.max(amount, self.records.expectedOfKey.get(key) ?? 0))
    const call = async () => {
      const answer = await requestUntilAnswered(self, 'order', `places ${key}`, ({ placeOrder }) =>
        placeOrder(self.id, input),
      )
      if ('order' in answer) record(self.records.ordersOfKey, key, answer.order.id)
      return answer
    }
    const answer = input && (await send(call))
    if (answer && 'order' in answer) return answer
    if (answer) self.world.faults.count(`(an order is not placed: ${answer.type})`)
    // The price in this answer is what the next attempt expects.
    if (answer?.type === 'TotalChanged') expected = answer.total.amount
    if (answer) wanted = wantedAfter(self, answer, wanted)
    await self.wait(20)
    await self.world.scheduler.sleep(self, 500)
  }
  return null
}

/** The input for the menu and the windows that the customer sees; null while there is no menu. */
function inputOf(self: Actor, key: string, wish: Wish, wanted: Wanted, paymentToken: string) {
  const { databases } = self.world
  const store = databases.store.rows<Store>('stores')[wish.store]
  const items = databases.item.rows<Item>('items').filter(({ storeId }) => storeId === store?.id)
  if (!store || !items.length) return null
  const lines = wish.lines.map(({ item, quantity }) => ({ item: items[item] ?? items[0], quantity }))
  const price = lines.reduce((sum, { item, quantity }) => sum + (item?.price.amount ?? 0) * quantity, 0)
  const amount = price + feeShown(self, store.id, wanted)
  return {
    idempotencyKey: key,
    storeId: store.id,
    lines: lines.map(({ item, quantity }) => ({ itemId: item?.id, quantity })),
    expectedTotal: { amount, currency: 'KRW' },
    recipient: { name: '홍길동', phone: '010-1234-5678', address: '서울', postalCode: wanted.postalCode },
    windowId: windowChosen(self, store.id, wanted),
    paymentToken,
    ...(wish.substitution === 'SAME_ONLY' && CAREFUL),
  }
}

/** What a customer adds who wants the same flowers only. */
const CAREFUL = {
  substitution: 'SAME_ONLY',
  sender: { name: '김철수', anonymous: true },
  ribbon: { phrase: '축 개업', from: '김철수' },
}

/** Reuses an idempotency key for another input, which must be refused. */
async function tryAnotherInput(self: Actor, key: string, wish: Wish, token: string): Promise<void> {
  const input = inputOf(self, key, wish, wantedFirst(wish), token)
  const other = { ...input, cardMessage: '생일 축하해' }
  const answer = await request(self, 'order', `uses ${key} for another input`, ({ placeOrder }) =>
    placeOrder(self.id, other),
  )
  if (answer && answer.type !== 'IdempotencyConflict')
    throw new Violation(
      'one result for each idempotency key',
      `${key} was used for another input, and the answer was ${answer.type}.`,
    )
}

async function cancelLater(self: Actor, index: number, { cancels }: Wish): Promise<void> {
  if (cancels === null) return
  const { databases, scheduler } = self.world
  if (typeof cancels === 'number') await self.wait(cancels)
  const watched = typeof cancels === 'number' || cancels === 'PAID' ? databases.order : databases.store
  for (let reads = 1; reads <= MAX_READS; reads++) {
    await untilAdded(scheduler, self, watched, READ_INTERVAL_MS)
    const own = databases.order.rows<Order>('orders').filter(({ customerId }) => customerId === self.id)
    const order = own[index]
    if (!order) continue
    const inStore = databases.store.row<StoreOrder>('storeOrders', order.id)?.status
    if (typeof cancels === 'string' && order.status !== cancels && inStore !== cancels) continue
    const times = self.random.pick([1, 1, 2])
    for (let time = 1; time <= times; time++)
      await requestUntilAnswered(self, 'order', `cancels ${order.id}`, ({ cancelOrder }) =>
        cancelOrder(self.id, { orderId: order.id }),
      )
    return
  }
}
