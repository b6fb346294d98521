import { parseExactlyAt } from '../exact-json.ts'
import type { LiveMessage } from '../live.ts'

/** A message of the stream LIVE; `entity` is the last token of its subject. */
export type LiveEntry = LiveMessage & { subject: string; entity: string; sequence: number }

/** Parses a message of the stream; null if it is not a valid live message. Its state keeps exact numbers. */
export function readEntry(subject: string, sequence: number, message: { string(): string }): LiveEntry | null {
  const value = parsed(message)
  if (!isLiveMessage(value)) return null
  const { revision, open, state, elsewhere } = value
  const entity = subject.slice(subject.lastIndexOf('.') + 1)
  return { revision, open, state, ...(elsewhere && { elsewhere }), subject, entity, sequence }
}

function parsed(message: { string(): string }): unknown {
  try {
    return parseExactlyAt(message.string(), ['state'])
  } catch {
    return null
  }
}

/** Not by zod: it runs for every message, thousands of times a second. */
function isLiveMessage(value: unknown): value is LiveMessage {
  if (typeof value !== 'object' || value === null) return false
  const { revision, open, state, elsewhere } = value as Partial<Record<keyof LiveMessage, unknown>> // Any of them may be missing.
  const isObject = typeof state === 'object' && state !== null && !Array.isArray(state)
  if (elsewhere !== undefined && typeof elsewhere !== 'string') return false
  return Number.isSafeInteger(revision) && Number(revision) >= 0 && typeof open === 'boolean' && isObject
}
