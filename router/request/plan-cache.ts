import { fairCache } from '../../chassis/fair-cache.ts'
import type { Operation } from '../operation.ts'
import { textOf } from './operation-text.ts'

const MAX_ENTRIES = 1_000
/** Characters of the normal forms of all kept operations. Plans take up to 80 bytes a character. */
const MAX_TEXT = 500_000

/** Returns what was made of an operation, or makes it; `client`: the user or address for whom it is kept. */
export type CachedByOperation<Result> = {
  (operation: Operation, client?: string): Result
  /** Whether nothing has to be made. */
  knows: (operation: Operation) => boolean
}

/**
 * Caches the results for the latest `limit` operations, shared fairly by the clients that asked for them first. Operations with
 * one normal form are equal.
 */
export function cachedByOperation<Result>(
  make: (operation: Operation, client: string) => Result,
  limit = MAX_ENTRIES,
): CachedByOperation<Result> {
  const known = fairCache<{ made: Result }>(limit, { maxWeight: MAX_TEXT, weightOf: ({ length }) => length })

  const get = (operation: Operation, client = '') => {
    const key = textOf(operation)
    const before = known.get(key)
    if (before) return before.made
    const made = make(operation, client)
    known.set(key, { made }, client)
    return made
  }
  return Object.assign(get, { knows: (operation: Operation) => known.peek(textOf(operation)) !== undefined })
}
