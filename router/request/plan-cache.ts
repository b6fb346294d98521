import { print } from 'graphql'
import { leastRecentlyUsed } from '../../chassis/least-recently-used.ts'
import type { Operation } from '../operation.ts'

const MAX_ENTRIES = 1_000
/** Characters of all kept operations: plans take up to 150 bytes a character, so a count alone does not limit the memory. */
const MAX_TEXT = 1_000_000

/** Returns what was made of an operation, or makes it. */
export type CachedByOperation<Result> = {
  (operation: Operation): Result
  /** Whether nothing has to be made. */
  knows: (operation: Operation) => boolean
}

/** Caches the results for the latest `limit` operations. Operations with one normal form are equal. */
export function cachedByOperation<Result>(
  make: (operation: Operation) => Result,
  limit = MAX_ENTRIES,
): CachedByOperation<Result> {
  const known = leastRecentlyUsed<{ made: Result }>(limit, { maxWeight: MAX_TEXT, weightOf: ({ length }) => length })
  // Operations are cached by read-operation.ts, so each is printed only once.
  const keys = new WeakMap<Operation, string>()

  const keyOf = (operation: Operation) => {
    const key = keys.get(operation) ?? print(operation)
    keys.set(operation, key)
    return key
  }
  const get = (operation: Operation) => {
    const key = keyOf(operation)
    const before = known.get(key)
    if (before) return before.made
    const made = make(operation)
    known.set(key, { made })
    return made
  }
  return Object.assign(get, { knows: (operation: Operation) => known.get(keyOf(operation)) !== undefined })
}
