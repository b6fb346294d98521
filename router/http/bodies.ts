import type { IncomingMessage } from 'node:http'

/** Bounds the memory that the bodies of all requests under way take together. */
export type Bodies = {
  /** Whether there is room for a body that takes so many bytes by now. */
  admit(request: IncomingMessage, bytes: number): boolean
  /** Must be called when the request has been answered; or more than once. */
  release(request: IncomingMessage): void
}

/** Bytes. A body that takes no more is let in and not counted: its connection costs as much, and nobody can crowd it out. */
const LITTLE = 8 * 1024

/** All but the little ones take `most` bytes together. */
export function createBodies(most: number): Bodies {
  const held = new Map<IncomingMessage, number>()
  let total = 0
  return {
    admit: (request, bytes) => {
      if (bytes <= LITTLE) return true
      const added = bytes - (held.get(request) ?? 0)
      if (total + added > most) return false
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
