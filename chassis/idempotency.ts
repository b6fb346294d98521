import { createHash } from 'node:crypto'
import { type IdempotencyConflict, idempotencyConflict } from './failures.ts'
import type { Table } from './transaction.ts'

/** The use of an idempotency key: a digest of the input, and the id of the row it created. */
export type KeyUse = { id: string; inputDigest: string; resultId: string }

/** A request with the caller's own idempotency key; `input` is without the key. */
export type KeyedRequest = { callerId: string; operation: string; key: string; input: unknown }

/**
 * Creates a row once per key, also under concurrent requests: the same key and input return the row in its present state,
 * the same key and another input IdempotencyConflict. A failed creation does not use the key, and is answered only if no
 * concurrent request has created the row: that one may be why it failed.
 */
export async function onceForKey<Row extends { id: string }, Created extends Row | { type: string }>(
  keyUses: Table<KeyUse>,
  rows: Table<Row>,
  { callerId, operation, key, input }: KeyedRequest,
  create: () => Promise<Created>,
): Promise<Row | Created | IdempotencyConflict> {
  const use = { id: digestOf([callerId, operation, key]), inputDigest: digestOf(input) }
  const present = async () => {
    const used = await keyUses.find(use.id)
    if (!used) return null
    if (used.inputDigest !== use.inputDigest) return idempotencyConflict
    const row = await rows.find(used.resultId)
    if (!row) throw new Error(`The row ${used.resultId}, created for an idempotency key, is missing.`)
    return row
  }
  const before = await present()
  if (before) return before
  const created = await create()
  if (!('id' in created)) return (await present()) ?? created
  keyUses.save({ ...use, resultId: created.id })
  return created
}

/** A digest (SHA-256, base64url) of an input as JSON; the order of fields makes no difference. */
export function digestOf(input: unknown): string {
  const sortFields = (_: string, value: unknown) =>
    typeof value !== 'object' || value === null || Array.isArray(value)
      ? value
      : Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
  return createHash('sha256').update(JSON.stringify(input, sortFields)).digest('base64url')
}
