import {
  type IdempotencyConflict,
  type InvalidInput,
  type NotFound,
  notFound,
  readInput,
} from '../../../chassis/failures.ts'
import { isId } from '../../../chassis/ids.ts'
import { changePrice, changeStock, type Decision, type Item, withdraw } from '../domain/item.ts'
import { changeItemPriceInput, changeStockInput, withdrawItemInput } from './inputs.ts'
import { onceForKey } from './keyed.ts'
import type { Ports, Tx } from './ports.ts'

export type ItemPayload = { type: 'ItemPayload'; item: Item }

/** Units come in or are taken out; once for an idempotency key. */
export async function changeItemStock(
  ports: Ports,
  callerId: string,
  input: unknown,
): Promise<ItemPayload | NotFound | InvalidInput | IdempotencyConflict> {
  const read = readInput(changeStockInput, input)
  if ('failure' in read) return read.failure
  const { idempotencyKey: key, ...asked } = read.value
  return ports.transact(ports.newId(), (tx) =>
    onceForKey(tx, { callerId, operation: 'changeStock', key, input: asked }, () =>
      changeOwn(tx, callerId, asked.itemId, (item) => changeStock(item, asked.delta)),
    ),
  )
}

/** Sets the price of orders to come. */
export async function changeItemPrice(
  ports: Ports,
  callerId: string,
  input: unknown,
): Promise<ItemPayload | NotFound | InvalidInput> {
  const read = readInput(changeItemPriceInput, input)
  if ('failure' in read) return read.failure
  const { itemId, price } = read.value
  return ports.transact(ports.newId(), (tx) => changeOwn(tx, callerId, itemId, (item) => changePrice(item, price)))
}

/** Takes an item off the menu for good. */
export async function withdrawItem(
  ports: Ports,
  callerId: string,
  input: unknown,
): Promise<ItemPayload | NotFound | InvalidInput> {
  const read = readInput(withdrawItemInput, input)
  if ('failure' in read) return read.failure
  return ports.transact(ports.newId(), (tx) => changeOwn(tx, callerId, read.value.itemId, withdraw))
}

/** Changes an item of the caller's own store. The row is locked: reservations change the same stock all the time. */
async function changeOwn(
  tx: Tx,
  callerId: string,
  itemId: string,
  decide: (item: Item) => Decision | InvalidInput,
): Promise<ItemPayload | NotFound | InvalidInput> {
  const [item] = isId(itemId) ? await tx.items.lock([itemId]) : []
  const store = item && (await tx.stores.find(item.storeId))
  if (!item || store?.ownerId !== callerId) return notFound('item')
  const decision = decide(item)
  if ('type' in decision) return decision
  if (decision.item !== item) tx.items.save(decision.item)
  tx.say(decision.says)
  return { type: 'ItemPayload', item: decision.item }
}
