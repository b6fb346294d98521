import type { AuditEvent } from './event.ts'

const WINDOW_MS = 60_000
/** Events of one kind that one user causes in a window and that are recorded whole, since each has another request id. */
const WHOLE_OF_USER = 60
/** Users, and addresses, that are told apart in a window: whoever has many addresses must not fill the disk. */
const MOST_USERS = 10_000
const MOST_ADDRESSES = 200

type Repeated = { first: AuditEvent; count: number; whole: number }

/**
 * Sums up events that repeat. In each minute the first of a kind (event, who, outcome, reason, fields) is recorded at once;
 * of a user, the first 60 that have a request id. The others are counted, and recorded as one event with `count` and `since`
 * at the end of the minute. Beyond 200 addresses and 10,000 users, the rest is counted together as `who: "others"`.
 */
export function createRepeats(record: (event: AuditEvent) => void, now: () => Date = () => new Date()) {
  let startedAt = now()
  const users = new Map<string, Repeated>()
  const addresses = new Map<string, Repeated>()

  const sumUp = (repeated: Map<string, Repeated>) => {
    for (const { first, count, whole } of repeated.values()) {
      if (count <= whole) continue
      const { event, who, outcome, reason, fields } = first
      record({ event, who, outcome, reason, fields, count: count - whole, since: startedAt.toISOString() })
    }
    repeated.clear()
  }
  const endWindow = () => {
    sumUp(users)
    sumUp(addresses)
    startedAt = now()
  }
  const timer = setInterval(endWindow, WINDOW_MS).unref()

  return {
    record(event: AuditEvent): void {
      const isUser = event.who.startsWith('user ')
      const [repeated, most] = isUser ? [users, MOST_USERS] : [addresses, MOST_ADDRESSES]
      const key = keyOf(event)
      let known = repeated.get(key)
      if (!known && repeated.size >= most) {
        const others = { ...event, who: 'others' }
        const keyOfOthers = keyOf(others)
        known = repeated.get(keyOfOthers) ?? { first: others, count: 0, whole: 0 }
        repeated.set(keyOfOthers, known)
      } else if (!known) {
        known = { first: event, count: 0, whole: isUser && event.requestId ? WHOLE_OF_USER : 1 }
        repeated.set(key, known)
      }
      known.count += 1
      if (known.count <= known.whole) record(event)
    },
    /** Records the sums of the minute that is not over. */
    close(): void {
      clearInterval(timer)
      endWindow()
    },
    endWindow,
  }
}

/** Only what the client cannot choose freely, so that nobody makes each of their events a kind of its own. */
const keyOf = ({ event, who, outcome, reason = '', fields = [] }: AuditEvent) =>
  `${event} ${outcome} ${reason} ${fields.join()} ${who}`
