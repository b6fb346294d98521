import { z } from 'zod'
import {
  digestOf,
  type IdempotencyConflict,
  type InvalidInput,
  idempotencyConflict,
  keyUseId,
  readInput,
} from '../../../chassis/failures.ts'
import { register, type Store } from '../domain/store.ts'
import type { Ports } from './ports.ts'

export type StorePayload = { type: 'StorePayload'; store: Store }
export type RegisterStoreResult = StorePayload | InvalidInput | IdempotencyConflict

const registerStoreInput = z.object({
  idempotencyKey: z
    .string()
    .trim()
    .min(1, 'The idempotency key is missing.')
    .max(255, 'The idempotency key is too long (at most 255 characters).'),
  name: z
    .string()
    .normalize('NFC')
    .trim()
    .min(1, 'The store needs a name.')
    .max(100, "The store's name is too long (at most 100 characters).")
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, "The store's name has characters in it that can't be read."),
})

/** Opens a store of the caller's. The same key and input give the same store, however often and however many at once. */
export async function registerStore(ports: Ports, ownerId: string, input: unknown): Promise<RegisterStoreResult> {
  const read = readInput(registerStoreInput, input)
  if ('failure' in read) return read.failure
  const { idempotencyKey, name } = read.value
  const use = { id: keyUseId(ownerId, 'registerStore', idempotencyKey), inputDigest: digestOf({ name }) }

  return ports.transact(ports.newId(), async (tx) => {
    const used = await tx.keyUses.find(use.id)
    if (used && used.inputDigest !== use.inputDigest) return idempotencyConflict
    const before = used && (await tx.stores.find(used.resultId))
    if (before) return { type: 'StorePayload', store: before }

    const { store, says } = register({ id: ports.newId(), ownerId, name })
    tx.stores.save(store)
    tx.keyUses.save({ ...use, resultId: store.id })
    tx.say(says)
    return { type: 'StorePayload', store }
  })
}
