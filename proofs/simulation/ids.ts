import { stampWith } from '../../schema/events/stamp.ts'
import type { Scheduler } from './scheduler.ts'

/** UUIDv7 by the simulated clock and a counter: valid, and the same in every run. */
export function idsOf({ now }: Scheduler): () => string {
  let made = 0
  return () => {
    const time = now().toString(16).padStart(12, '0')
    const count = (++made).toString(16).padStart(12, '0')
    return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${count}`
  }
}

/** Stamps facts; the same fact, stamped again, has the same envelope. */
export function stampOf(clock: Parameters<typeof stampWith>[0]): ReturnType<typeof stampWith> {
  const stamp = stampWith(clock)
  const stamped = new WeakMap<object, ReturnType<typeof stamp>>()
  return (fact, cause) => {
    const known = stamped.get(fact) ?? stamp(fact, cause)
    stamped.set(fact, known)
    return known
  }
}
