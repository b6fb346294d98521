/** Without a successful look for longer than this, the process was not working: stopped, frozen, or without its database. */
const MOST_BETWEEN_LOOKS_MS = 60_000
/** With more failures than this in one run, something is wrong with all of them. */
const MOST_FAILED = 1_000

/** What ends by itself once it is due. */
export type DueJob = {
  now: () => Date
  /** How long this process must have been working, without a break, before it ends anything. */
  afterWorkingMs: number
  /** The ids of what is due by `at`, the longest due first; at most `limit`. */
  dueAt: (at: Date, limit: number) => Promise<string[]>
  /** False: meanwhile it is no longer due, for instance because another process has ended it. */
  end: (id: string, at: Date) => Promise<boolean>
}

/**
 * The job that ends what is due; returns how many it ended. It waits until this process has been working for a while, because what
 * people did while all processes were down comes first. What fails holds up no other, however many fail: the failure is thrown after
 * them. It must be run much more often than once a minute.
 */
export function dueJob({ now, afterWorkingMs, dueAt, end }: DueJob): (atOnce?: number) => Promise<number> {
  let workingSince = Number.NEGATIVE_INFINITY
  let lookedAt = Number.NEGATIVE_INFINITY
  const wasInterrupted = () => now().getTime() - lookedAt > MOST_BETWEEN_LOOKS_MS
  return async (atOnce = 100) => {
    const failed = new Set<string>()
    let failure: unknown
    for (let ended = 0; ; ) {
      const at = now()
      // What has failed is still due, and comes first.
      const limit = atOnce + failed.size
      const due = await dueAt(at, limit)
      if (at.getTime() - lookedAt > MOST_BETWEEN_LOOKS_MS) workingSince = at.getTime()
      lookedAt = at.getTime()
      const isWorking = lookedAt - workingSince >= afterWorkingMs
      for (const id of isWorking ? due.filter((one) => !failed.has(one)) : []) {
        // It may have been frozen since the look, or since the last one: then the next look begins anew.
        if (wasInterrupted()) break
        await end(id, at).then(
          (hasEnded) => {
            if (hasEnded) ended++
            if (!wasInterrupted()) lookedAt = now().getTime()
          },
          (error) => {
            failed.add(id)
            failure ??= error
          },
        )
      }
      const isOver = due.length < limit || failed.size > MOST_FAILED
      if (!isWorking || isOver || wasInterrupted()) {
        if (failure) throw failure
        return ended
      }
    }
  }
}
