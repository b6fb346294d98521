import { z } from 'zod'
import type { IdempotencyConflict, InvalidInput } from '../../../chassis/failures.ts'
import { onceForKey } from '../../../chassis/idempotency.ts'
import { idempotencyKey, line, readInput } from '../../../chassis/inputs.ts'
import { register, type Store, withOneMore } from '../domain/store.ts'
import type { Ports } from './ports.ts'

export type StorePayload = { type: 'StorePayload'; store: Store }
export type TooManyStores = { type: 'TooManyStores'; message: string }
export type RegisterStoreResult = StorePayload | TooManyStores | InvalidInput | IdempotencyConflict

const registerStoreInput = z.object({
  idempotencyKey,
  name: line("The store's name", 100),
})

/** Registers a store of the caller's. Requests with the same key and input, also concurrent ones, return the same store. */
export async function registerStore(ports: Ports, ownerId: string, input: unknown): Promise<RegisterStoreResult> {
  const read = readInput(registerStoreInput, input)
  if ('failure' in read) return read.failure
  const { idempotencyKey: key, ...given } = read.value
  const result = await ports.transact(ports.newId(), (tx) =>
    onceForKey(
      tx.keyUses,
      tx.stores,
      { callerId: ownerId, operation: 'registerStore', key, input: given },
      async () => {
        const [owner = { id: ownerId, stores: 0, calendarChanges: [] }] = await tx.owners.lock([ownerId])
        const withThis = withOneMore(owner, ports.settings.mostStores)
        if (!withThis) return tooManyStores(owner.stores)
        tx.owners.save(withThis)
        const { store, says } = register({ ...given, id: ports.newId(), ownerId })
        tx.stores.save(store)
        tx.say(says)
        return store
      },
    ),
  )
  return 'type' in result ? result : { type: 'StorePayload', store: result }
}

const tooManyStores = (stores: number): TooManyStores => ({
  type: 'TooManyStores',
  message: `You have ${stores} stores: no more can be registered.`,
})
