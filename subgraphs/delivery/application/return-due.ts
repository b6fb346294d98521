import { endIfDue } from '../domain/attempts.ts'
import { isKnown } from '../domain/delivery.ts'
import { keep } from './keep.ts'
import type { Ports } from './ports.ts'

const AT_ONCE = 100

/**
 * Ends what is due: a day after a failed attempt, or after the window of a second one that no rider made. Not before the process has
 * run for a while, since what riders and customers said while all processes were down comes first.
 */
export async function returnDue(ports: Ports, startedAt: Date): Promise<void> {
  const now = ports.now()
  if (now.getTime() - startedAt.getTime() < ports.settings.waitAfterStartMs) return
  for (const id of await ports.dueAt(now, AT_ONCE))
    await ports.transact(ports.newId(), async (tx) => {
      const delivery = await tx.deliveries.find(id)
      const decision = delivery && isKnown(delivery) ? endIfDue(delivery, now) : null
      if (decision) keep(tx, delivery, decision)
    })
}
