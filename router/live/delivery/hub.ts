import { detached } from '../../../chassis/detached.ts'
import type { Logger } from '../../../chassis/log.ts'
import type { LiveEntry } from '../../../chassis/nats/live-entry.ts'
import type { LiveFollower } from '../../../chassis/nats/live-source.ts'

/** Receives the messages for one subscriber. */
export type Listener = {
  message(entry: LiveEntry): void
  /** The stream is followed from a new position; messages before it may have been missed. */
  restarted(): void
}

export type Hub = ReturnType<typeof createHub>

/** Passes each message of LIVE to the listeners with a matching pattern. A pattern is a subject whose tokens may be `*`. */
export function createHub(log: Logger) {
  /** Most patterns have one listener; a Set is used only for several. */
  const byPattern = new Map<string, Listener | Set<Listener>>()
  /** The number of patterns for each layout of wildcards. There are few layouts, so looking up a message is fast. */
  const layouts = new Map<string, { length: number; wildcards: number[]; patterns: number }>()
  const listeners = new Set<Listener>()
  let waiters: { sequence: number; then: () => void }[] = []
  let created: string | null = null
  let position = 0

  const onError = { log, what: 'a subscriber failed' }
  const notify = (listener: Listener, call: (listener: Listener) => void) => detached(() => call(listener), onError)

  const notifyReached = () => {
    if (waiters.length === 0) return
    const reached = waiters.filter((one) => one.sequence <= position)
    waiters = waiters.filter((one) => one.sequence > position)
    for (const { then } of reached) detached(then, onError)
  }

  const add = (pattern: string, listener: Listener) => {
    const existing = byPattern.get(pattern)
    if (existing instanceof Set) existing.add(listener)
    else byPattern.set(pattern, existing ? new Set([existing, listener]) : listener)
    if (existing) return
    const { name, length, wildcards } = layoutOf(pattern)
    const layout = layouts.get(name) ?? { length, wildcards, patterns: 0 }
    layout.patterns += 1
    layouts.set(name, layout)
  }

  const remove = (pattern: string, listener: Listener) => {
    const existing = byPattern.get(pattern)
    if (existing instanceof Set) {
      existing.delete(listener)
      if (existing.size > 0) return
    } else if (existing !== listener) return
    byPattern.delete(pattern)
    const { name } = layoutOf(pattern)
    const layout = layouts.get(name)
    if (layout && --layout.patterns === 0) layouts.delete(name)
  }

  const follower: LiveFollower = {
    began: (place) => {
      created = place.created
      position = place.sequence
      waiters = []
      for (const listener of [...listeners]) notify(listener, (one) => one.restarted())
    },
    skipped: (sequence) => {
      position = sequence
      notifyReached()
    },
    message: (entry) => {
      // Set first: a listener that joins during this call must not expect this message.
      position = entry.sequence
      for (const { length, wildcards } of layouts.values()) {
        const pattern = patternOf(entry.subject, length, wildcards)
        const found = pattern && byPattern.get(pattern)
        if (!found) continue
        if (found instanceof Set) for (const listener of found) notify(listener, (one) => one.message(entry))
        else notify(found, (one) => one.message(entry))
      }
      notifyReached()
    },
  }

  return {
    /** Receives the stream from chassis/nats/live-source.ts. */
    follower,
    /** Identifies the stream incarnation by its creation time; null before the stream is followed. */
    created: () => created,
    /** The sequence of the last message that was passed on, or is being passed on. */
    position: () => position,
    /** Adds a listener and returns how to remove it. A message that matches several of its patterns is passed once for each. */
    join: (patterns: string[], listener: Listener): (() => void) => {
      listeners.add(listener)
      for (const pattern of patterns) add(pattern, listener)
      return () => {
        listeners.delete(listener)
        for (const pattern of patterns) remove(pattern, listener)
      }
    },
    /** Calls back when all up to this sequence is passed on, but never after a restart of the stream. Returns how to cancel. */
    whenReached: (sequence: number, then: () => void): (() => void) => {
      const waiter = { sequence, then }
      if (sequence <= position) then()
      else waiters.push(waiter)
      return () => {
        waiters = waiters.filter((other) => other !== waiter)
      }
    },
    /** All are zero when there are no listeners. */
    counts: () => ({
      subscribers: listeners.size,
      patterns: byPattern.size,
      layouts: layouts.size,
      waiters: waiters.length,
    }),
  }
}

function layoutOf(pattern: string) {
  const tokens = pattern.split('.')
  const wildcards = tokens.flatMap((token, index) => (token === '*' ? [index] : []))
  return { name: wildcards.length ? `${tokens.length}:${wildcards}` : 'none', length: tokens.length, wildcards }
}

/** The pattern of this layout that the subject matches; null if the subject has another length. */
function patternOf(subject: string, length: number, wildcards: number[]): string | null {
  // All patterns without wildcards share one layout, whatever their length.
  if (wildcards.length === 0) return subject
  const tokens = subject.split('.')
  if (tokens.length !== length) return null
  for (const index of wildcards) tokens[index] = '*'
  return tokens.join('.')
}

/** Whether a subject matches a pattern. */
export const matches = (pattern: string, subject: string): boolean => {
  const { length, wildcards } = layoutOf(pattern)
  return patternOf(subject, length, wildcards) === pattern
}
