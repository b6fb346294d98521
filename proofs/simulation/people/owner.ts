import type { StoreOrder } from '../../../subgraphs/store/domain/store-order.ts'
import { holds } from '../invariants/violation.ts'
import { type Actor, insist, nowAndThen, record, repeat, request } from './asking.ts'

/** Facts arrive within this number of tries. */
const TRIES = 300

/** Opens a store and its menu; then changes stock and prices, and works on the orders, for a while. */
export async function owner(
  self: Actor,
  plan: { items: { price: number; stock: number }[]; changes: number; acts: number },
): Promise<void> {
  const itemIds = await open(self, plan.items)
  await Promise.all([change(self, itemIds, plan.changes), work(self, plan.acts)])
}

async function open(self: Actor, items: { price: number; stock: number }[]): Promise<string[]> {
  const storeKey = `${self.name} store`
  const store = await insist(self, 'store', 'registers a store', ({ registerStore }) =>
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
    for (let tries = 1; ; tries++) {
      holds('nothing is stuck', tries < TRIES, () => `item does not hear of ${self.name}'s store.`)
      const item = await insist(self, 'item', `registers ${key}, ${stock} of it`, ({ registerItem }) =>
        registerItem(self.id, input),
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
  return itemIds
}

async function change(self: Actor, itemIds: string[], changes: number): Promise<void> {
  for (let number = 1; number <= changes; number++) {
    await self.wait(10)
    const itemId = self.chance.pick(itemIds)
    const kind = self.chance.below(10)
    if (kind < 6) await changeStock(self, itemId, `${self.name} change ${number}`)
    else if (kind < 9) {
      const price = { amount: 1_000 * (1 + self.chance.below(9)), currency: 'KRW' }
      await request(self, 'item', `sets the price of ${itemId} to ${price.amount}`, ({ changeItemPrice }) =>
        changeItemPrice(self.id, { itemId, price }),
      )
    } else await request(self, 'item', `withdraws ${itemId}`, ({ withdrawItem }) => withdrawItem(self.id, { itemId }))
  }
}

/** Adds or removes stock, sometimes by the same request twice concurrently. */
async function changeStock(self: Actor, itemId: string, key: string): Promise<void> {
  const delta = self.chance.pick([1, 2, 3, -1, -2])
  const call = async () => {
    const answer = await insist(self, 'item', `changes the stock of ${itemId} by ${delta}`, ({ changeStock }) =>
      changeStock(self.id, { idempotencyKey: key, itemId, delta }),
    )
    if (answer.type === 'ItemPayload') self.records.stockChanges.set(key, { itemId, delta })
  }
  await Promise.all(self.chance.chance(0.3) ? [call(), call()] : [call()])
}

/** The florist's actions in each state; sometimes repeated, or tried too late. */
const WORK = ['receiveOrder', 'receiveOrder', 'decorateOrder', 'decorateOrder', 'decorateOrder', 'rejectOrder'] as const

async function work(self: Actor, acts: number): Promise<void> {
  await nowAndThen(self, acts, () => {
    const orders = ordersOf(self)
    return orders.length ? workOn(self, self.chance.pick(orders).id, self.chance.pick(WORK)) : null
  })
}

function workOn(self: Actor, orderId: string, act: (typeof WORK)[number]) {
  return request(self, 'store', `${act} ${orderId}`, (commands) =>
    act === 'rejectOrder'
      ? commands.rejectOrder(self.id, { orderId, reason: '꽃이 모자라요' })
      : commands[act](self.id, { orderId }),
  )
}

/** Takes every order one step further. */
export async function finishStore(self: Actor): Promise<void> {
  for (const { id, status } of ordersOf(self)) {
    if (status === 'NEW') await repeat(() => workOn(self, id, 'receiveOrder'))
    if (status === 'RECEIVED') await repeat(() => workOn(self, id, 'decorateOrder'))
  }
}

const ordersOf = (self: Actor) =>
  self.world.databases.store.rows<StoreOrder>('storeOrders').filter(({ ownerId }) => ownerId === self.id)
