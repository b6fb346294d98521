import type { IdempotencyConflict, InvalidInput, NotFound } from '../../../chassis/failures.ts'
import { onceForKey } from '../../../chassis/idempotency.ts'
import { readInput } from '../../../chassis/inputs.ts'
import { register } from '../domain/item.ts'
import { type ItemPayload, payload } from './change-item.ts'
import { registerItemInput } from './inputs.ts'
import type { Ports } from './ports.ts'

/** Stores are known from their facts only, so a new one is unknown for a moment. */
const noSuchStore: NotFound = {
  type: 'NotFound',
  message:
    'There is no such store, or it is not yours. Just after registering a store it may take a moment: try again.',
}

/** Puts an item on the menu of the caller's own store; once for an idempotency key. */
export async function registerItem(
  ports: Ports,
  callerId: string,
  input: unknown,
): Promise<ItemPayload | NotFound | InvalidInput | IdempotencyConflict> {
  const read = readInput(registerItemInput, input)
  if ('failure' in read) return read.failure
  const { idempotencyKey: key, storeId, ...given } = read.value
  const keyed = { callerId, operation: 'registerItem', key, input: { storeId, ...given } }
  const result = await ports.transact(ports.newId(), (tx) =>
    onceForKey(tx.keyUses, tx.items, keyed, async () => {
      const store = await tx.stores.find(storeId)
      if (store?.ownerId !== callerId) return noSuchStore
      const { item, says } = register({ ...given, id: ports.newId(), storeId: store.id })
      tx.items.save(item)
      tx.say(says)
      return item
    }),
  )
  return payload(result)
}
