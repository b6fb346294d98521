import type { ContextName } from './plan.ts'
import type { Scheduler, StepOwner } from './scheduler.ts'

/** One running replica of a context. It loses uncommitted work when it dies. */
export type Process = StepOwner & {
  readonly context: ContextName
  /** When it was started, or was not frozen for long any more. */
  workingSince: number
  /** The process takes no step before this time. */
  frozenUntil: number
  /** Awaited before each effect outside the process, because it may die there. */
  step(what: string): Promise<void>
  sleep(ms: number): Promise<void>
  /** Registers a callback for the process's death; returns a function that removes it. */
  onDeath(callback: () => void): () => void
  die(): void
}

export function createProcess(scheduler: Scheduler, context: ContextName, name: string): Process {
  const callbacks = new Set<() => void>()
  // Kept, because a string that is made anew for each step must be hashed for each.
  const labels = new Map<string, string>()
  const labelOf = (what: string) => {
    const label = labels.get(what) ?? `${context}: ${what}`
    labels.set(what, label)
    return label
  }
  const process: Process = {
    context,
    workingSince: scheduler.now(),
    name,
    isAlive: true,
    frozenUntil: 0,
    step: (what) => scheduler.step(process, labelOf(what)),
    sleep: (ms) => scheduler.sleep(process, ms),
    onDeath: (callback) => {
      callbacks.add(callback)
      return () => callbacks.delete(callback)
    },
    die: () => {
      process.isAlive = false
      for (const callback of callbacks) callback()
    },
  }
  return process
}

/** The process's answer, or `died` if the process dies first. */
export function answerOf<Answer, Died>(process: Process, answer: Promise<Answer>, died: Died): Promise<Answer | Died> {
  return new Promise((resolve, reject) => {
    if (!process.isAlive) return resolve(died)
    const removeCallback = process.onDeath(() => resolve(died))
    answer.then(resolve, reject).finally(removeCallback)
  })
}
