import type { LiveMessage } from '../live.ts'

/** A message of the stream LIVE; `entity` is the last token of its subject. */
export type LiveEntry = LiveMessage & { subject: string; entity: string; sequence: number }

/** The entry that this message is; null if it is none. */
export function readEntry(subject: string, sequence: number, message: { json(): unknown }): LiveEntry | null {
  const value = parsed(message)
  if (!isLiveMessage(value)) return null
  const { revision, open, state, elsewhere } = value
  const entity = subject.slice(subject.lastIndexOf('.') + 1)
  return { revision, open, state, ...(elsewhere && { elsewhere }), subject, entity, sequence }
}

function parsed(message: { json(): unknown }): unknown {
  try {
    return message.json()
  } catch {
    return null
  }
}

/** By hand: it is done for every message, thousands of times a second. */
function isLiveMessage(value: unknown): value is LiveMessage {
  if (typeof value !== 'object' || value === null) return false
  const { revision, open, state, elsewhere } = value as Partial<Record<keyof LiveMessage, unknown>> // Any of them may be missing.
  const isObject = typeof state === 'object' && state !== null && !Array.isArray(state)
  if (elsewhere !== undefined && typeof elsewhere !== 'string') return false
  return Number.isSafeInteger(revision) && Number(revision) >= 0 && typeof open === 'boolean' && isObject
}
