import type { Random } from './random.ts'

/** Who goes on when a step is taken: a process that may die, a person, the network. */
export type Owner = { readonly name: string; isAlive: boolean }

/** Something that waits for its turn; `label` says what happens then. */
export type Step = { owner: Owner; label: string; at: number; go: () => void }

/** A sleep that may be ended before its time. */
export type Alarm = { slept: Promise<void>; ring(): void; forget(): void }

export type Scheduler = ReturnType<typeof scheduler>

/** Simulated time begins here; milliseconds since 1970. */
export const START = Date.parse('2026-11-23T09:00:00Z')

/** No schedule comes near it: whoever does, runs in circles. */
const MOST_STEPS = 200_000
const LONGEST_STEP_MS = 4

/**
 * Everything that awaits something awaits a step here, and one ready step at a time is taken, by chance; all that
 * follows from it runs until it awaits a step again. So the whole run depends on nothing but the source of chance.
 * `mayGo` is asked before each step whether it is to be taken now; one that may not is dropped.
 */
export function scheduler(random: Random, mayGo: (step: Step) => boolean) {
  let now = START
  const ready: Step[] = []
  /** The earliest last. */
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

  /** Null: nothing is ready, and nothing will be before `isOver` says so. */
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
    /** How many have been taken. */
    steps: () => steps,
    /** Resolves when it is this step's turn; never, where its owner is dead. */
    step: (owner: Owner, label: string): Promise<void> =>
      new Promise((go) => {
        if (owner.isAlive) ready.push({ owner, label, at: now, go })
      }),
    sleep: (owner: Owner, ms: number, label = 'sleep') => sleep(owner, label, ms).slept,
    alarm: sleep,
    /** Has a step wait so much longer. */
    postpone: (step: Step, ms: number) => put({ ...step, at: now + ms }),
    /** What comes in time, else `late`. */
    within: async <Value>(owner: Owner, ms: number, value: Promise<Value>, late: Value): Promise<Value> => {
      const deadline = sleep(owner, 'deadline', ms)
      return Promise.race([value.finally(deadline.forget), deadline.slept.then(() => late)])
    },
    /** Ends the run: what happened must not happen. */
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
              if (++steps > MOST_STEPS) throw new Error(`It goes on and on: ${MOST_STEPS} steps.`)
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
          // Asked for from a microtask, a tick comes when every promise that can go on has gone on: the step's whole
          // effect is over by then.
          queueMicrotask(() => process.nextTick(turn))
        }
        turn()
      }),
  }
}
