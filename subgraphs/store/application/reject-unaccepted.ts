import { dueJob } from '../../../chassis/due-job.ts'
import { rejectUnaccepted } from '../domain/store-order.ts'
import { keep } from './keep.ts'
import type { Ports } from './ports.ts'

/** The job that rejects orders which nobody accepted in time; returns their number. Florists could not see what became due before. */
export const rejectUnacceptedOrders = (ports: Ports): ((atOnce?: number) => Promise<number>) =>
  dueJob({
    now: ports.now,
    afterWorkingMs: ports.settings.rejectAfterStartMs,
    dueAt: ports.unacceptedAt,
    end: (id, at) => reject(ports, id, at),
  })

/** False: meanwhile the florist has accepted it, or another process has rejected it. */
const reject = (ports: Ports, id: string, at: Date): Promise<boolean> =>
  ports.transact(ports.newId(), async (tx) => {
    const order = await tx.storeOrders.find(id)
    const decision = rejectUnaccepted(order, at)
    if (decision) keep(tx, order, decision)
    return decision !== null
  })
