import type { ContextName } from './plan.ts'
import type { Owner, Scheduler } from './scheduler.ts'

/** One running replica of a context. What it has not committed is gone when it dies. */
export type Process = Owner & {
  readonly context: ContextName
  /** Takes no step before this time. */
  frozenUntil: number
  /** Awaited before each effect outside the process: it may die there. */
  step(what: string): Promise<void>
  sleep(ms: number): Promise<void>
  /** Registers a call for its death; returns a function that cancels it. */
  onDeath(act: () => void): () => void
  die(): void
}

export function processOf(scheduler: Scheduler, context: ContextName, name: string): Process {
  const acts = new Set<() => void>()
  const process: Process = {
    context,
    name,
    isAlive: true,
    frozenUntil: 0,
    step: (what) => scheduler.step(process, `${context}: ${what}`),
    sleep: (ms) => scheduler.sleep(process, ms),
    onDeath: (act) => {
      acts.add(act)
      return () => acts.delete(act)
    },
    die: () => {
      process.isAlive = false
      for (const act of acts) act()
    },
  }
  return process
}

/** The process's answer, or `died` if it dies before. */
export function answerOf<Answer, Died>(process: Process, answer: Promise<Answer>, died: Died): Promise<Answer | Died> {
  return new Promise((resolve, reject) => {
    if (!process.isAlive) return resolve(died)
    const forget = process.onDeath(() => resolve(died))
    answer.then(resolve, reject).finally(forget)
  })
}
