import { digestOf, type IdempotencyConflict, idempotencyConflict, keyUseId } from '../../../chassis/failures.ts'
import type { ItemPayload } from './change-item.ts'
import type { Tx } from './ports.ts'

/** One use of a caller's idempotency key: for which operation, and with which input. */
export type Keyed = { callerId: string; operation: string; key: string; input: unknown }

/**
 * Does the work once for a key, however often and however many at once: the same key and input are answered with the
 * same item, as it stands now. Only work that changed something uses its key up.
 */
export async function onceForKey<Failure extends { type: string }>(
  tx: Tx,
  { callerId, operation, key, input }: Keyed,
  work: () => Promise<ItemPayload | Failure>,
): Promise<ItemPayload | Failure | IdempotencyConflict> {
  const use = { id: keyUseId(callerId, operation, key), inputDigest: digestOf(input) }
  const used = await tx.keyUses.find(use.id)
  if (used && used.inputDigest !== use.inputDigest) return idempotencyConflict
  if (used) {
    const item = await tx.items.find(used.resultId)
    if (!item) throw new Error(`Item ${used.resultId} came of key use ${use.id}, and is not there.`)
    return { type: 'ItemPayload', item }
  }
  const result = await work()
  if ('item' in result) tx.keyUses.save({ ...use, resultId: result.item.id })
  return result
}
