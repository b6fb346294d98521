import { rejectUnaccepted } from '../domain/store-order.ts'
import { keep } from './keep.ts'
import type { Ports } from './ports.ts'

/** Without a successful look for longer than this, the process was not working: stopped, frozen, or without its database. */
const MOST_BETWEEN_LOOKS_MS = 60_000

/**
 * The job that rejects orders which nobody accepted in time; returns their number. It waits until this process has been working for
 * `rejectAfterStartMs` without a break, because florists could not see what became due before. A failure does not stop the others: it
 * is thrown after them.
 */
export function rejectUnacceptedOrders(ports: Ports): (atOnce?: number) => Promise<number> {
  let workingSince = Number.NEGATIVE_INFINITY
  let lookedAt = Number.NEGATIVE_INFINITY
  const wasInterrupted = () => ports.now().getTime() - lookedAt > MOST_BETWEEN_LOOKS_MS
  return async (atOnce = 100) => {
    for (let rejected = 0; ; ) {
      const at = ports.now()
      const due = await ports.unacceptedAt(at, atOnce)
      if (at.getTime() - lookedAt > MOST_BETWEEN_LOOKS_MS) workingSince = at.getTime()
      lookedAt = at.getTime()
      if (lookedAt - workingSince < ports.settings.rejectAfterStartMs) return rejected
      let failure: unknown
      for (const id of due) {
        // It may have been frozen since the look, or since the last order: then the next look begins anew.
        if (wasInterrupted()) break
        await reject(ports, id, at).then(
          (isRejected) => {
            if (isRejected) rejected++
            if (!wasInterrupted()) lookedAt = ports.now().getTime()
          },
          (error) => {
            failure ??= error
          },
        )
      }
      if (failure) throw failure
      if (due.length < atOnce || wasInterrupted()) return rejected
    }
  }
}

/** False: meanwhile the florist has accepted it, or another process has rejected it. */
const reject = (ports: Ports, id: string, at: Date): Promise<boolean> =>
  ports.transact(ports.newId(), async (tx) => {
    const order = await tx.storeOrders.find(id)
    const decision = rejectUnaccepted(order, at)
    if (decision) keep(tx, order, decision)
    return decision !== null
  })
