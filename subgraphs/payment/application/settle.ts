import { keyedQueue } from '../../../chassis/keyed-queue.ts'
import { ask } from '../domain/asking.ts'
import { askAgainAt, askProvider } from './ask-provider.ts'
import type { Ports } from './ports.ts'

/** So many of them are asked about at once, of so many read at once. */
const AT_ONCE = 16
const BATCH = 256

/**
 * Asks the provider about everything that is due: attempts nobody knows the outcome of, voids where the payment is
 * closed, refunds. Returns how many were due. Replicas may run it side by side: the first to lock a payment moves its
 * `dueAt`, and the others pass it by.
 */
export async function settleDue(ports: Ports): Promise<number> {
  const due = await ports.dueAt(ports.now(), BATCH)
  const running = keyedQueue(AT_ONCE)
  for (const id of due) {
    await running.add(id, () =>
      settle(ports, id).catch((error) => ports.log.warn({ err: error, correlationId: id }, 'could not be settled yet')),
    )
  }
  await running.idle()
  return due.length
}

async function settle(ports: Ports, id: string): Promise<void> {
  const due = await ports.transact(ports.newId(), async (tx) => {
    const [payment] = await tx.payments.lock([id])
    if (!payment?.dueAt || !payment.customerId || payment.dueAt > ports.now()) return null
    const asked = ask(payment, askAgainAt(ports))
    tx.payments.save(asked.payment)
    return { question: asked.question, customerId: payment.customerId }
  })
  if (due) await askProvider(ports, due.question, { customerId: due.customerId, settling: true })
}
