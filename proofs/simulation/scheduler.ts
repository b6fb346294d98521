import type { Random } from './random.ts'

/** The owner of steps: a process that may die, a person, or the network. */
export type StepOwner = { readonly name: string; isAlive: boolean }

/** A continuation that waits for its turn; `label` describes what it does. */
export type Step = { owner: StepOwner; label: string; at: number; resume: () => void }

/** A sleep that can be ended early. */
export type Alarm = { elapsed: Promise<void>; wake(): void; cancel(): void }

export type Scheduler = ReturnType<typeof createScheduler>

/** The start of simulated time; milliseconds since 1970. */
export const START = Date.parse('2026-11-23T09:00:00Z')

/** A schedule with more steps is assumed to be an endless loop. */
const MAX_STEPS = 200_000
const MAX_STEP_MS = 4

/**
 * Everything that waits awaits a step of this scheduler, which picks one ready step at a time, at random. The continuation
 * runs until it awaits its next step, so the whole run depends only on `random`. A step that `mayRun` refuses is dropped.
 */
export function createScheduler(random: Random, mayRun: (step: Step) => boolean) {
  let now = START
  const ready: Step[] = []
  /** Sorted by time, the earliest last. */
  const sleeping: Step[] = []
  let failure: unknown = null
  let steps = 0

  const insertSleeping = (step: Step) => {
    let place = sleeping.length
    while (place > 0 && (sleeping[place - 1] as Step).at <= step.at) place--
    sleeping.splice(place, 0, step)
  }
  const sleep = (owner: StepOwner, label: string, ms: number): Alarm => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const step: Step = { owner, label, at: now + ms, resume: resolve }
    if (owner.isAlive) insertSleeping(step)
    const cancel = () => {
      const place = sleeping.indexOf(step)
      if (place >= 0) sleeping.splice(place, 1)
      return place >= 0
    }
    return { elapsed: promise, cancel: () => void cancel(), wake: () => void (cancel() && ready.push(step)) }
  }

  /** Null if nothing is ready and `isDone` returns true. */
  const takeNext = (isDone: () => boolean): Step | null => {
    if (!ready.length) {
      if (isDone()) return null
      now = Math.max(now, sleeping.at(-1)?.at ?? now)
    }
    while (sleeping.length && (sleeping.at(-1) as Step).at <= now) ready.push(sleeping.pop() as Step)
    if (!ready.length) return null
    const place = random.below(ready.length)
    const step = ready[place] as Step
    ready[place] = ready.at(-1) as Step
    ready.pop()
    return step
  }

  return {
    now: () => now,
    /** The number of steps taken. */
    steps: () => steps,
    /** Resolves when this step is taken; never if its owner is dead. */
    step: (owner: StepOwner, label: string): Promise<void> =>
      new Promise((resume) => {
        if (owner.isAlive) ready.push({ owner, label, at: now, resume })
      }),
    sleep: (owner: StepOwner, ms: number, label = 'sleep') => sleep(owner, label, ms).elapsed,
    alarm: sleep,
    /** Postpones a step by `ms`. */
    postpone: (step: Step, ms: number) => insertSleeping({ ...step, at: now + ms }),
    /** Resolves to `value` if it resolves within `ms`, else to `late`. */
    within: async <Value>(owner: StepOwner, ms: number, value: Promise<Value>, late: Value): Promise<Value> => {
      const deadline = sleep(owner, 'deadline', ms)
      return Promise.race([value.finally(deadline.cancel), deadline.elapsed.then(() => late)])
    },
    /** Moves the clock on to this time, as if nothing had run until then. */
    skipTo: (time: number) => {
      now = Math.max(now, time)
    },
    /** Ends the run with this error. */
    fail: (error: unknown) => {
      failure ??= error
    },
    /** Takes one step after the other until nothing is ready and `isDone` returns true. */
    run: (isDone: () => boolean): Promise<void> =>
      new Promise((resolve, reject) => {
        const runNext = () => {
          try {
            for (;;) {
              if (failure) return reject(failure)
              if (++steps > MAX_STEPS) throw new Error(`The schedule has not ended after ${MAX_STEPS} steps.`)
              const step = takeNext(isDone)
              if (!step) return resolve()
              now += random.below(MAX_STEP_MS + 1)
              if (!step.owner.isAlive || !mayRun(step)) continue
              step.resume()
              break
            }
          } catch (error) {
            return reject(error)
          }
          // A nextTick scheduled in a microtask runs after all promise callbacks, thus after the step's whole effect.
          queueMicrotask(() => process.nextTick(runNext))
        }
        runNext()
      }),
  }
}
