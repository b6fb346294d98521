import { createFairQueue } from '../../chassis/fair-queue.ts'

/**
 * Limits the operations under way. `client` is the user or address that an operation counts against. `admit` resolves with a
 * function to release the place, or with null if overloaded.
 */
export type Admission = {
  admit(client: string): Promise<(() => void) | null>
  /** A place that is free now, as almost always; otherwise `admit` waits for one. */
  admitAtOnce(client: string): (() => void) | null
  active(): number
  waiting(): number
}

export type AdmissionSettings = {
  /** Operations under way at once: of all clients, and of one (without it, as many). */
  atOnce: number
  atOnceEach?: number
  /** How many more wait, of which one client may have the same share, and for how long. */
  queue: number
  waitMs: number
}

/**
 * Admits operations up to the limits. More of them wait, and the clients take turns; all others are refused at once, because a
 * fast refusal is better than an answer for which nobody waits any longer. One client cannot take the places of all, even if
 * each of its operations takes as long as a subgraph may.
 */
export function createAdmission({ atOnce, atOnceEach = atOnce, queue, waitMs }: AdmissionSettings): Admission {
  const queueEach = Math.ceil((queue * Math.min(atOnceEach, atOnce)) / atOnce)
  const activeOf = new Map<string, number>()
  const waiters = createFairQueue<() => void>()
  let active = 0

  const hasRoom = (client: string) => active < atOnce && (activeOf.get(client) ?? 0) < atOnceEach

  const take = (client: string) => {
    active += 1
    activeOf.set(client, (activeOf.get(client) ?? 0) + 1)
    return once(() => release(client))
  }
  const release = (client: string) => {
    active -= 1
    const left = (activeOf.get(client) ?? 0) - 1
    if (left > 0) activeOf.set(client, left)
    else activeOf.delete(client)
    waiters.next(hasRoom)?.()
  }

  const admitAtOnce = (client: string) => (hasRoom(client) ? take(client) : null)

  return {
    active: () => active,
    waiting: waiters.size,
    admitAtOnce,
    admit: async (client) => {
      const release = admitAtOnce(client)
      if (release) return release
      if (waiters.size() >= queue || waiters.sizeOf(client) >= queueEach) return null
      return new Promise((resolve) => {
        const admitted = () => {
          clearTimeout(timer)
          resolve(take(client))
        }
        const timer = setTimeout(() => {
          waiters.remove(client, admitted)
          resolve(null)
        }, waitMs)
        waiters.add(client, admitted)
      })
    },
  }
}

/** Releasing a place twice would admit two operations for one. */
function once(release: () => void): () => void {
  let isReleased = false
  return () => {
    if (!isReleased) release()
    isReleased = true
  }
}
