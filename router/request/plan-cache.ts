import { type DocumentNode, print } from 'graphql'
import { leastRecentlyUsed } from '../../chassis/least-recently-used.ts'
import type { OfOperation } from '../operation.ts'

const MAX_ENTRIES = 1_000
/** Characters of all kept operations: plans take up to 150 bytes a character, so a count alone does not limit the memory. */
const MAX_TEXT = 1_000_000

/** Caches the results for the latest `limit` operations. Operations that differ only in layout and comments are equal. */
export function cachedByOperation<Result>(make: OfOperation<Result>, limit = MAX_ENTRIES): OfOperation<Result> {
  const known = leastRecentlyUsed<{ made: Result }>(limit, { maxWeight: MAX_TEXT, weightOf: ({ length }) => length })
  // Parsed documents are cached by read-operation.ts, so each is printed only once.
  const keys = new WeakMap<DocumentNode, Map<string | null, string>>()

  const keyOf: OfOperation<string> = (document, operationName) => {
    const ofDocument = keys.get(document) ?? new Map<string | null, string>()
    keys.set(document, ofDocument)
    const key = ofDocument.get(operationName) ?? `${operationName ?? ''}\n${print(document)}`
    ofDocument.set(operationName, key)
    return key
  }

  return (document, operationName) => {
    const key = keyOf(document, operationName)
    const before = known.get(key)
    if (before) return before.made
    const made = make(document, operationName)
    known.set(key, { made })
    return made
  }
}
