import { detached } from '../../../chassis/detached.ts'
import type { Logger } from '../../../chassis/log.ts'
import type { LiveFollower } from '../../../chassis/nats/live.ts'
import type { LiveEntry } from '../../../chassis/nats/live-entry.ts'

/** One subscriber's ears. */
export type Listener = {
  message(entry: LiveEntry): void
  /** The stream is heard from a new position on: nothing connects it with what was heard before. */
  began(): void
}

export type Hub = ReturnType<typeof liveHub>

/**
 * Who in this process wants what of the stream LIVE: hands each message on to whoever joined by a pattern that it matches.
 * A pattern is a subject whose tokens may be `*`.
 */
export function liveHub(log: Logger) {
  /** A Set only where there are several: most patterns are one subscriber's. */
  const byPattern = new Map<string, Listener | Set<Listener>>()
  /** How many patterns have their wildcards at which places. There are few such kinds, so a message is looked up fast. */
  const kinds = new Map<string, { length: number; wild: number[]; patterns: number }>()
  const everyone = new Set<Listener>()
  let waiting: { sequence: number; then: () => void }[] = []
  let created: string | null = null
  let position = 0

  const onFault = { log, what: 'a subscriber failed' }
  const tell = (listener: Listener, what: (listener: Listener) => void) => detached(() => what(listener), onFault)

  const wake = () => {
    if (waiting.length === 0) return
    const reached = waiting.filter((one) => one.sequence <= position)
    waiting = waiting.filter((one) => one.sequence > position)
    for (const { then } of reached) detached(then, onFault)
  }

  const add = (pattern: string, listener: Listener) => {
    const there = byPattern.get(pattern)
    if (there instanceof Set) there.add(listener)
    else byPattern.set(pattern, there ? new Set([there, listener]) : listener)
    if (there) return
    const { name, length, wild } = kindOf(pattern)
    const kind = kinds.get(name) ?? { length, wild, patterns: 0 }
    kind.patterns += 1
    kinds.set(name, kind)
  }

  const remove = (pattern: string, listener: Listener) => {
    const there = byPattern.get(pattern)
    if (there instanceof Set) {
      there.delete(listener)
      if (there.size > 0) return
    } else if (there !== listener) return
    byPattern.delete(pattern)
    const { name } = kindOf(pattern)
    const kind = kinds.get(name)
    if (kind && --kind.patterns === 0) kinds.delete(name)
  }

  const follower: LiveFollower = {
    began: (place) => {
      created = place.created
      position = place.sequence
      waiting = []
      for (const listener of [...everyone]) tell(listener, (one) => one.began())
    },
    skipped: (sequence) => {
      position = sequence
      wake()
    },
    message: (entry) => {
      // First: whoever joins while it is handed out may not get it.
      position = entry.sequence
      for (const { length, wild } of kinds.values()) {
        const pattern = patternOf(entry.subject, length, wild)
        const there = pattern && byPattern.get(pattern)
        if (!there) continue
        if (there instanceof Set) for (const listener of there) tell(listener, (one) => one.message(entry))
        else tell(there, (one) => one.message(entry))
      }
      wake()
    },
  }

  return {
    /** What the source tells. */
    follower,
    /** The life of the stream that is heard; null while it has not begun. */
    created: () => created,
    /** The last sequence that was, or is just being, handed out. */
    position: () => position,
    /** From now on; a listener with patterns that overlap gets a message once for each. Returns how to leave. */
    join: (patterns: string[], listener: Listener): (() => void) => {
      everyone.add(listener)
      for (const pattern of patterns) add(pattern, listener)
      return () => {
        everyone.delete(listener)
        for (const pattern of patterns) remove(pattern, listener)
      }
    },
    /** Calls back once everything up to this sequence is handed out (never, if the stream begins anew); returns how to cancel. */
    reached: (sequence: number, then: () => void): (() => void) => {
      const one = { sequence, then }
      if (sequence <= position) then()
      else waiting.push(one)
      return () => {
        waiting = waiting.filter((other) => other !== one)
      }
    },
    /** All zero when nobody is there. */
    counts: () => ({
      subscribers: everyone.size,
      patterns: byPattern.size,
      kinds: kinds.size,
      waiting: waiting.length,
    }),
  }
}

function kindOf(pattern: string) {
  const tokens = pattern.split('.')
  const wild = tokens.flatMap((token, index) => (token === '*' ? [index] : []))
  return { name: wild.length ? `${tokens.length}:${wild}` : 'none', length: tokens.length, wild }
}

/** The pattern of this kind that the subject matches; null where it is of another length. */
function patternOf(subject: string, length: number, wild: number[]): string | null {
  // Those without a wildcard are of one kind, whatever their length.
  if (wild.length === 0) return subject
  const tokens = subject.split('.')
  if (tokens.length !== length) return null
  for (const index of wild) tokens[index] = '*'
  return tokens.join('.')
}

/** Whether a subject is one of a pattern's. */
export const matches = (pattern: string, subject: string): boolean => {
  const { length, wild } = kindOf(pattern)
  return patternOf(subject, length, wild) === pattern
}
