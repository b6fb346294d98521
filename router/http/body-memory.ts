import type { IncomingMessage } from 'node:http'

/** Limits the memory for the bodies of all requests under way. */
export type BodyMemory = {
  /** Whether there is room for a body of which this many bytes have arrived. */
  admit(request: IncomingMessage, bytes: number): boolean
  /** Must be called when the request has been answered. Further calls have no effect. */
  release(request: IncomingMessage): void
}

/** Smaller bodies are always admitted: their connections cost as much, and large bodies cannot crowd them out. */
const UNCOUNTED_BYTES = 8 * 1024

/** `maxBytes` is the limit for all bodies that are counted. */
export function createBodyMemory(maxBytes: number): BodyMemory {
  const held = new Map<IncomingMessage, number>()
  let total = 0
  return {
    admit: (request, bytes) => {
      if (bytes <= UNCOUNTED_BYTES) return true
      const added = bytes - (held.get(request) ?? 0)
      if (total + added > maxBytes) return false
      total += added
      held.set(request, bytes)
      return true
    },
    release: (request) => {
      total -= held.get(request) ?? 0
      held.delete(request)
    },
  }
}
