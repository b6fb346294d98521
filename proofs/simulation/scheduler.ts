import type { Random } from './random.ts'

/** The owner of a step: a process that may die, a person, the network. */
export type Owner = { readonly name: string; isAlive: boolean }

/** A continuation that waits for its turn; `label` says what it does. */
export type Step = { owner: Owner; label: string; at: number; go: () => void }

/** A sleep that may be ended early. */
export type Alarm = { slept: Promise<void>; ring(): void; forget(): void }

export type Scheduler = ReturnType<typeof scheduler>

/** The start of simulated time; milliseconds since 1970. */
export const START = Date.parse('2026-11-23T09:00:00Z')

/** A schedule with more steps is an endless loop. */
const MOST_STEPS = 200_000
const LONGEST_STEP_MS = 4

/**
 * Everything that waits awaits a step of this scheduler, which takes one ready step at a time, by chance. The continuation
 * runs until it awaits a step again. So the whole run depends only on `random`. A step that `mayGo` refuses is dropped.
 */
export function scheduler(random: Random, mayGo: (step: Step) => boolean) {
  let now = START
  const ready: Step[] = []
  /** Sorted, the earliest last. */
  const sleeping: Step[] = []
  let failure: unknown = null
  let steps = 0

  const put = (step: Step) => {
    let place = sleeping.length
    while (place > 0 && (sleeping[place - 1] as Step).at <= step.at) place--
    sleeping.splice(place, 0, step)
  }
  const sleep = (owner: Owner, label: string, ms: number): Alarm => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const step: Step = { owner, label, at: now + ms, go: resolve }
    if (owner.isAlive) put(step)
    const forget = () => {
      const place = sleeping.indexOf(step)
      if (place >= 0) sleeping.splice(place, 1)
      return place >= 0
    }
    return { slept: promise, forget: () => void forget(), ring: () => void (forget() && ready.push(step)) }
  }

  /** Null if nothing is ready and `isOver`. */
  const next = (isOver: () => boolean): Step | null => {
    if (!ready.length) {
      if (isOver()) return null
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
    /** Resolves at this step's turn; never if its owner is dead. */
    step: (owner: Owner, label: string): Promise<void> =>
      new Promise((go) => {
        if (owner.isAlive) ready.push({ owner, label, at: now, go })
      }),
    sleep: (owner: Owner, ms: number, label = 'sleep') => sleep(owner, label, ms).slept,
    alarm: sleep,
    /** Postpones a step by `ms`. */
    postpone: (step: Step, ms: number) => put({ ...step, at: now + ms }),
    /** `value` if it resolves within `ms`, else `late`. */
    within: async <Value>(owner: Owner, ms: number, value: Promise<Value>, late: Value): Promise<Value> => {
      const deadline = sleep(owner, 'deadline', ms)
      return Promise.race([value.finally(deadline.forget), deadline.slept.then(() => late)])
    },
    /** Ends the run with this error. */
    fail: (error: unknown) => {
      failure ??= error
    },
    /** Takes step after step until nothing is ready and `isOver`. */
    run: (isOver: () => boolean): Promise<void> =>
      new Promise((resolve, reject) => {
        const turn = () => {
          try {
            for (;;) {
              if (failure) return reject(failure)
              if (++steps > MOST_STEPS) throw new Error(`The schedule does not end: ${MOST_STEPS} steps.`)
              const step = next(isOver)
              if (!step) return resolve()
              now += random.below(LONGEST_STEP_MS + 1)
              if (!step.owner.isAlive || !mayGo(step)) continue
              step.go()
              break
            }
          } catch (error) {
            return reject(error)
          }
          // A tick that is requested in a microtask runs after all promises have settled: the whole effect of the step.
          queueMicrotask(() => process.nextTick(turn))
        }
        turn()
      }),
  }
}
