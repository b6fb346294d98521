import { dueJob } from '../../../chassis/due-job.ts'
import { endIfDue } from '../domain/attempts.ts'
import { isKnown } from '../domain/delivery.ts'
import { keep } from './keep.ts'
import type { Ports } from './ports.ts'

/** The job that ends what is due: a day after a failed attempt, or after the window of a second one that no rider made. */
export const returnDue = (ports: Ports): (() => Promise<number>) =>
  dueJob({
    now: ports.now,
    afterWorkingMs: ports.settings.returnAfterWorkingMs,
    dueAt: ports.dueAt,
    end: (id, at) => end(ports, id, at),
  })

/** False: meanwhile it was completed, brought back or asked for again, or another process has ended it. */
const end = (ports: Ports, id: string, at: Date): Promise<boolean> =>
  ports.transact(ports.newId(), async (tx) => {
    const delivery = await tx.deliveries.find(id)
    const decision = delivery && isKnown(delivery) ? endIfDue(delivery, at) : null
    if (decision) keep(tx, delivery, decision)
    return decision !== null
  })
