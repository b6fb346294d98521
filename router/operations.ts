import { type DocumentNode, print } from 'graphql'
import { leastRecentlyUsed } from './least-recently-used.ts'

/** What is made of one operation of a valid document (null: its only one). */
export type OfOperation<Made> = (document: DocumentNode, operationName: string | null) => Made

/** Characters; what people write by hand is far below. */
const LONGEST_KEPT = 16_384
const KEPT = 1_000

/** Remembers what was made of the latest `limit` operations, by their meaning: layout and comments do not count. */
export function remembered<Made>(make: OfOperation<Made>, limit = KEPT): OfOperation<Made> {
  const known = leastRecentlyUsed<{ made: Made }>(limit)
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
    // Bounded by number alone, a thousand huge operations would fill the memory.
    if (key.length <= LONGEST_KEPT) known.set(key, { made })
    return made
  }
}
