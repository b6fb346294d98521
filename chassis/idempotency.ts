import { createHash } from 'node:crypto'
import { type IdempotencyConflict, idempotencyConflict } from './failures.ts'
import type { Table } from './transaction.ts'

/** What an idempotency key was used for: the digest of the input, and what came of it. */
export type KeyUse = { id: string; inputDigest: string; resultId: string }

/** One use of a caller's own key: for which operation, with which input (without the key). */
export type Keyed = { callerId: string; operation: string; key: string; input: unknown }

/**
 * Makes a row once for a key, however often and however many at once: the same key and input are answered with the
 * row as it stands now, another input with IdempotencyConflict. Work that fails does not use the key up.
 */
export async function onceForKey<Row extends { id: string }, Made extends Row | { type: string }>(
  keyUses: Table<KeyUse>,
  rows: Table<Row>,
  { callerId, operation, key, input }: Keyed,
  make: () => Promise<Made>,
): Promise<Row | Made | IdempotencyConflict> {
  const use = { id: digestOf([callerId, operation, key]), inputDigest: digestOf(input) }
  const used = await keyUses.find(use.id)
  if (used && used.inputDigest !== use.inputDigest) return idempotencyConflict
  if (used) {
    const row = await rows.find(used.resultId)
    if (!row) throw new Error(`${used.resultId} came of a key, and is not there.`)
    return row
  }
  const made = await make()
  if ('id' in made) keyUses.save({ ...use, resultId: made.id })
  return made
}

/** Two inputs are the same if they say the same as JSON, whatever the order of their fields. */
export function digestOf(input: unknown): string {
  const inOrder = (_: string, value: unknown) =>
    typeof value !== 'object' || value === null || Array.isArray(value)
      ? value
      : Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
  return createHash('sha256').update(JSON.stringify(input, inOrder)).digest('base64url')
}
