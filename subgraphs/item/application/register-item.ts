import type { IdempotencyConflict, InvalidInput, NotFound } from '../../../chassis/failures.ts'
import { onceForKey } from '../../../chassis/idempotency.ts'
import { readInput } from '../../../chassis/inputs.ts'
import { register } from '../domain/item.ts'
import { type ItemPayload, payload } from './change-item.ts'
import { registerItemInput } from './inputs.ts'
import { usePhoto } from './item-photo.ts'
import type { Ports } from './ports.ts'

/** Stores are known only from their facts, so a new one is unknown for a moment. */
const noSuchStore: NotFound = {
  type: 'NotFound',
  message:
    'There is no such store, or it is not yours. Just after registering a store it may take a moment: try again.',
}

export type TooManyItems = { type: 'TooManyItems'; message: string }

/** Registers an item on the menu of the caller's own store, once for each idempotency key. */
export async function registerItem(
  ports: Ports,
  callerId: string,
  input: unknown,
): Promise<ItemPayload | NotFound | TooManyItems | InvalidInput | IdempotencyConflict> {
  const read = readInput(registerItemInput, input)
  if ('failure' in read) return read.failure
  const { idempotencyKey: key, photoId, ...given } = read.value
  const { storeId } = given
  const keyed = { callerId, operation: 'registerItem', key, input: { ...given, photoId } }
  const result = await ports.transact(ports.newId(), (tx) =>
    onceForKey(tx.keyUses, tx.items, keyed, async () => {
      const [store] = await tx.stores.lock([storeId])
      if (store?.ownerId !== callerId) return noSuchStore
      if (store.items >= ports.settings.mostItems) return tooManyItems(store.items)
      const { item: registered, says } = register({ ...given, id: ports.newId(), storeId: store.id })
      const item = await usePhoto(tx, ports, callerId, registered, photoId)
      if ('type' in item) return item
      tx.stores.save({ ...store, items: store.items + 1 })
      tx.items.save(item)
      tx.say(says)
      return item
    }),
  )
  return payload(result)
}

const tooManyItems = (items: number): TooManyItems => ({
  type: 'TooManyItems',
  message: `There are ${items} items on this store's menu. Withdraw one of them, then register another.`,
})
