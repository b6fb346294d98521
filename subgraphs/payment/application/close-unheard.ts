import { closeUnheard } from '../domain/ending.ts'
import type { Ports } from './ports.ts'

/** Closed in one run. */
const BATCH = 100

/**
 * Closes the payments of orders that were never heard of, so that settling voids or refunds what was charged. It means that
 * somebody other than order has charged, or that a fact of order is missing: an operator must look. Returns how many there were.
 */
export async function closeAllUnheard(ports: Ports): Promise<number> {
  const unheard = await ports.unheard(ports.settings.unheardAfterMs, BATCH)
  for (const id of unheard) {
    const cause = ports.newId()
    await ports.transact(cause, async (tx) => {
      const [payment] = await tx.payments.lock([id])
      const after = payment && closeUnheard(payment, cause)
      if (!after || after === payment) return
      ports.log.error({ correlationId: id }, 'a charge for an order that was never heard of is returned')
      tx.payments.save(after)
    })
  }
  return unheard.length
}
