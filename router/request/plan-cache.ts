import { type DocumentNode, print } from 'graphql'
import { leastRecentlyUsed } from '../least-recently-used.ts'
import type { OfOperation } from '../operation.ts'

const KEPT = 1_000
/** Characters, of all that is kept: the plan of one takes up to 150 bytes, and a thousand huge operations filled the memory. */
const TEXT_KEPT = 1_000_000

/** Remembers what was made of the latest `limit` operations, by their meaning: layout and comments do not count. */
export function remembered<Made>(make: OfOperation<Made>, limit = KEPT): OfOperation<Made> {
  const known = leastRecentlyUsed<{ made: Made }>(limit, { heaviest: TEXT_KEPT, weigh: ({ length }) => length })
  // Whoever parses documents keeps them, so that printing each one once is enough.
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
