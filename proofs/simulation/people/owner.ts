import type { Order } from '../../../subgraphs/order/domain/order.ts'
import type { StoreOrder } from '../../../subgraphs/store/domain/store-order.ts'
import { untilAdded } from '../database.ts'
import { assertRule } from '../invariants/violation.ts'
import type { Person } from '../plan.ts'
import { keepCalendar } from './keep-calendar.ts'
import { type Actor, actRepeatedly, record, repeatAndCompare, request, requestUntilAnswered } from './requests.ts'

/** Facts arrive within this number of attempts. */
const MAX_ATTEMPTS = 300

/** Opens a store with its menu, then changes stock and prices, works on orders and refunds parts of them. */
export async function owner(self: Actor, plan: Extract<Person, { does: 'sell' }>): Promise<void> {
  const { storeId, itemIds } = await open(self, plan.items)
  await Promise.all([
    change(self, itemIds, plan.changes),
    work(self, plan.acts),
    refundParts(self, plan.refunds),
    keepCalendar(self, storeId, plan.calendars),
    plan.hesitates ? receiveLate(self) : null,
  ])
}

type Items = Extract<Person, { does: 'sell' }>['items']

async function open(self: Actor, items: Items): Promise<{ storeId: string; itemIds: string[] }> {
  const storeKey = `${self.name} store`
  const store = await requestUntilAnswered(self, 'store', 'registers a store', ({ registerStore }) =>
    registerStore(self.id, { idempotencyKey: storeKey, name: self.name }),
  )
  if (!('store' in store)) throw new Error(store.message)
  record(self.records.registeredOfKey, storeKey, store.store.id)
  const itemIds: string[] = []
  for (const [index, { price, stock }] of items.entries()) {
    const key = `${self.name} item ${index + 1}`
    const input = {
      idempotencyKey: key,
      storeId: store.store.id,
      name: key,
      price: { amount: price, currency: 'KRW' },
      stock,
    }
    // Item must have consumed StoreRegistered first.
    for (let attempt = 1; ; attempt++) {
      assertRule(
        'nothing is stuck',
        attempt < MAX_ATTEMPTS,
        () => `item has not consumed the StoreRegistered of ${self.name}.`,
      )
      const item = await requestUntilAnswered(
        self,
        'item',
        `registers ${key}, ${stock ?? 'any number'} of it`,
        ({ registerItem }) => registerItem(self.id, input),
      )
      if ('item' in item) {
        record(self.records.registeredOfKey, key, item.item.id)
        self.world.trace.name(item.item.id, key)
        itemIds.push(item.item.id)
        break
      }
      await self.world.scheduler.sleep(self, 1_000)
    }
  }
  return { storeId: store.store.id, itemIds }
}

async function change(self: Actor, itemIds: string[], changes: number): Promise<void> {
  for (let number = 1; number <= changes; number++) {
    await self.wait(10)
    const itemId = self.random.pick(itemIds)
    const kind = self.random.below(10)
    if (kind < 6) await changeStock(self, itemId, `${self.name} change ${number}`)
    else if (kind < 9) {
      const price = { amount: 1_000 * (1 + self.random.below(9)), currency: 'KRW' }
      await request(self, 'item', `sets the price of ${itemId} to ${price.amount}`, ({ changeItemPrice }) =>
        changeItemPrice(self.id, { itemId, price }),
      )
    } else await request(self, 'item', `withdraws ${itemId}`, ({ withdrawItem }) => withdrawItem(self.id, { itemId }))
  }
}

/** Adds or removes stock, sometimes by the same request twice concurrently. */
async function changeStock(self: Actor, itemId: string, key: string): Promise<void> {
  const delta = self.random.pick([1, 2, 3, -1, -2])
  const call = async () => {
    const answer = await requestUntilAnswered(
      self,
      'item',
      `changes the stock of ${itemId} by ${delta}`,
      ({ changeStock }) => changeStock(self.id, { idempotencyKey: key, itemId, delta }),
    )
    if (answer.type === 'ItemPayload') self.records.stockChanges.set(key, { itemId, delta })
  }
  await Promise.all(self.random.chance(0.3) ? [call(), call()] : [call()])
}

/** The florist's actions in each state; sometimes repeated, or tried too late. */
const WORK = ['receiveOrder', 'receiveOrder', 'decorateOrder', 'decorateOrder', 'decorateOrder', 'rejectOrder'] as const

async function work(self: Actor, acts: number): Promise<void> {
  await actRepeatedly(self, acts, () => {
    const orders = ordersOf(self)
    return orders.length
      ? workOn(self, self.random.pick(orders).id, self.random.pick(WORK), self.random.chance(0.2))
      : null
  })
}

function workOn(self: Actor, orderId: string, act: (typeof WORK)[number], substitutes = false) {
  return request(self, 'store', `${act} ${orderId}`, (commands) =>
    act === 'rejectOrder'
      ? commands.rejectOrder(self.id, { orderId, reason: '꽃이 모자라요' })
      : commands[act](self.id, { orderId, ...(substitutes && { substituted: '국화 대신 장미' }) }),
  )
}

/** Receives each order about when it would be rejected because nobody has. */
async function receiveLate(self: Actor): Promise<void> {
  const { scheduler, databases } = self.world
  const tried = new Set<string>()
  const msLeft = ({ acceptBy }: StoreOrder) => (acceptBy?.getTime() ?? Number.POSITIVE_INFINITY) - scheduler.now()
  for (;;) {
    const waiting = ordersOf(self).filter(({ id, status }) => status === 'NEW' && !tried.has(id))
    const due = waiting.find((order) => msLeft(order) < EARLY_MS)
    if (due) {
      tried.add(due.id)
      await scheduler.sleep(self, Math.max(0, msLeft(due) + self.random.below(2 * EARLY_MS) - EARLY_MS))
      await workOn(self, due.id, 'receiveOrder')
    } else if (!self.records.activeCustomers && !waiting.some((order) => msLeft(order) < PATIENCE_MS)) return
    else await untilAdded(scheduler, self, databases.store, EARLY_MS / 4)
  }
}

const PATIENCE_MS = 30_000
const EARLY_MS = 6_000

/** What the owner returns by each key, as shares of what was paid; null: the delivery's fee. Orders have the same keys. */
const REFUNDS = [
  ['a lily', 0.3],
  ['roses', 0.6],
  ['all', 1],
  ['nearly all', 0.9],
  ['the delivery', null],
] as const

/** Returns parts of orders in any state, sometimes as two florists who send the same request at once. */
async function refundParts(self: Actor, refunds: number): Promise<void> {
  await actRepeatedly(self, refunds, () => {
    const orders = ordersOf(self)
    if (!orders.length) return null
    const { id: orderId } = self.random.pick(orders)
    const order = self.world.databases.order.row<Order>('orders', orderId)
    const [refundKey, share] = self.random.pick(REFUNDS)
    const part = share === null ? order?.deliveryFee?.amount : Math.floor((order?.total.amount ?? 0) * share)
    const amount = { amount: part || 1, currency: 'KRW' }
    const refund = async () => {
      const answer = await request(self, 'payment', `refunds ${amount.amount} of ${orderId}`, ({ refundPart }) =>
        refundPart(self.id, { orderId, refundKey, amount, reason: refundKey }),
      )
      if (answer && 'refund' in answer)
        record(self.records.registeredOfKey, `${orderId} ${refundKey}`, answer.refund.id)
    }
    return Promise.all(self.random.chance(0.3) ? [refund(), refund()] : [refund()])
  })
}

/** Takes every order one step further. */
export async function finishStore(self: Actor): Promise<void> {
  for (const { id, status } of ordersOf(self)) {
    if (status === 'NEW') await repeatAndCompare(() => workOn(self, id, 'receiveOrder'))
    if (status === 'RECEIVED') await repeatAndCompare(() => workOn(self, id, 'decorateOrder'))
  }
}

const ordersOf = (self: Actor) =>
  self.world.databases.store.rows<StoreOrder>('storeOrders').filter(({ ownerId }) => ownerId === self.id)
