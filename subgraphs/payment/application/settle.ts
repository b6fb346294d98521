import { keyedQueue } from '../../../chassis/keyed-queue.ts'
import { nextCall, noteOverdue } from '../domain/provider-calls.ts'
import { callProvider, retryAt } from './call-provider.ts'
import type { Ports } from './ports.ts'

/** The number of payments that are settled concurrently, and that are read at a time. */
const AT_ONCE = 16
const BATCH = 256

/**
 * Calls the provider for every payment that is due: for attempts with an unknown outcome (to void them if the payment is
 * closed), for part refunds, and for refunds. Returns the number of due payments. Replicas may run it concurrently: the first to lock a payment
 * moves its `dueAt`, and the others skip it.
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
    const { payment: asked, call } = nextCall(payment, retryAt(ports))
    const noted = noteOverdue(asked, call, ports.now())
    tx.payments.save(noted.payment)
    return { call, customerId: payment.customerId, tells: noted.tells }
  })
  if (due?.tells) ports.log.error({ correlationId: id, key: due.call.key }, 'money could not be returned for a day')
  if (due) await callProvider(ports, due.call, { customerId: due.customerId, settling: true })
}
