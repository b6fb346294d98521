import { stampWith } from '../../schema/events/stamp.ts'
import type { Scheduler } from './scheduler.ts'

/** Generates UUIDv7 from the simulated clock and a counter: valid, and the same in every run. */
export function createIds({ now }: Scheduler): () => string {
  let count = 0
  return () => {
    const time = now().toString(16).padStart(12, '0')
    const suffix = (++count).toString(16).padStart(12, '0')
    return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${suffix}`
  }
}

/** Stamps facts; the same fact, stamped again, has the same envelope. */
export function createStamp(clock: Parameters<typeof stampWith>[0]): ReturnType<typeof stampWith> {
  const stamp = stampWith(clock)
  const stamped = new WeakMap<object, ReturnType<typeof stamp>>()
  return (fact, cause) => {
    const envelope = stamped.get(fact) ?? stamp(fact, cause)
    stamped.set(fact, envelope)
    return envelope
  }
}
