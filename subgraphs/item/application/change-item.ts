import { type IdempotencyConflict, type InvalidInput, type NotFound, notFound } from '../../../chassis/failures.ts'
import { onceForKey } from '../../../chassis/idempotency.ts'
import { readInput } from '../../../chassis/inputs.ts'
import { changePrice, changeStock, type Decision, type Item, withdraw } from '../domain/item.ts'
import { changeItemPriceInput, changeStockInput, withdrawItemInput } from './inputs.ts'
import type { Ports, Tx } from './ports.ts'

export type ItemPayload = { type: 'ItemPayload'; item: Item }

/** An item, or the reason why there is none, as in the API. */
export const payload = <Failure extends { type: string }>(result: Item | Failure): ItemPayload | Failure =>
  'type' in result ? result : { type: 'ItemPayload', item: result }

/** Adds or removes units, once for each idempotency key. */
export async function changeItemStock(
  ports: Ports,
  callerId: string,
  input: unknown,
): Promise<ItemPayload | NotFound | InvalidInput | IdempotencyConflict> {
  const read = readInput(changeStockInput, input)
  if ('failure' in read) return read.failure
  const { idempotencyKey: key, ...change } = read.value
  const keyed = { callerId, operation: 'changeStock', key, input: change }
  const result = await ports.transact(ports.newId(), (tx) =>
    onceForKey(tx.keyUses, tx.items, keyed, () =>
      changeOwn(tx, callerId, change.itemId, (item) => changeStock(item, change.delta)),
    ),
  )
  return payload(result)
}

/** Sets the price for future orders. */
export async function changeItemPrice(
  ports: Ports,
  callerId: string,
  input: unknown,
): Promise<ItemPayload | NotFound | InvalidInput> {
  const read = readInput(changeItemPriceInput, input)
  if ('failure' in read) return read.failure
  const { itemId, price } = read.value
  const change = (item: Item) => changePrice(item, price)
  return payload(await ports.transact(ports.newId(), (tx) => changeOwn(tx, callerId, itemId, change)))
}

/** Removes an item from the menu permanently. */
export async function withdrawItem(
  ports: Ports,
  callerId: string,
  input: unknown,
): Promise<ItemPayload | NotFound | InvalidInput> {
  const read = readInput(withdrawItemInput, input)
  if ('failure' in read) return read.failure
  const { itemId } = read.value
  return payload(await ports.transact(ports.newId(), (tx) => changeOwn(tx, callerId, itemId, withdraw)))
}

/** Changes an item of the caller's own store. The row is locked, because reservations change the same stock concurrently. */
export async function changeOwn(
  tx: Tx,
  callerId: string,
  itemId: string,
  decide: (item: Item) => Decision | InvalidInput | Promise<Decision | InvalidInput>,
): Promise<Item | NotFound | InvalidInput> {
  const [item] = await tx.items.lock([itemId])
  const store = item && (await tx.stores.find(item.storeId))
  if (!item || store?.ownerId !== callerId) return notFound('item')
  const decision = await decide(item)
  if ('type' in decision) return decision
  if (decision.item !== item) tx.items.save(decision.item)
  if (decision.item.withdrawn && !item.withdrawn) await makeRoom(tx, store.id)
  tx.say(decision.says)
  return decision.item
}

/** A withdrawn item makes room for another one on the menu. */
async function makeRoom(tx: Tx, storeId: string): Promise<void> {
  const [store] = await tx.stores.lock([storeId])
  if (store) tx.stores.save({ ...store, items: store.items - 1 })
}
