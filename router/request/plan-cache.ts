import { fairCache } from '../../chassis/fair-cache.ts'
import type { Operation } from '../operation.ts'
import { textOf } from './operation-text.ts'

const MAX_ENTRIES = 1_000
/** Characters of the normal forms of all kept operations. Plans take up to 150 bytes a character. */
const MAX_TEXT = 1_000_000

/**
 * Caches the results for the latest `limit` operations, shared fairly by the clients that asked for them first. Operations with
 * one normal form are equal.
 */
export function cachedByOperation<Result>(
  make: (operation: Operation) => Result,
  limit = MAX_ENTRIES,
): (operation: Operation, client?: string) => Result {
  const known = fairCache<{ made: Result }>(limit, { maxWeight: MAX_TEXT, weightOf: ({ length }) => length })

  return (operation, client = '') => {
    const key = textOf(operation)
    const before = known.get(key)
    if (before) return before.made
    const made = make(operation)
    known.set(key, { made }, client)
    return made
  }
}
