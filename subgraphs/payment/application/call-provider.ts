import { declines, newPayer } from '../domain/payer.ts'
import type { Payment, ProviderCall } from '../domain/payment.ts'
import { applyOutcome, type Outcome } from '../domain/provider-calls.ts'
import type { Ports, Requester, SharedProvider } from './ports.ts'

/** The time after which another process repeats a provider call, because this one is assumed to have died. */
export const retryAt = ({ now, settings }: Ports): Date => new Date(now().getTime() + settings.providerCallTimeoutMs)

/** Sends a call that has been committed to the provider, and applies its outcome. */
export async function callProvider(
  ports: Ports,
  call: ProviderCall,
  requester: Requester,
): Promise<{ payment: Payment; outcome: Outcome }> {
  const { orderId, key, type } = call
  const outcome = await send(ports.provider, call, requester)
  ports.log.info({ correlationId: orderId, key, call: type, outcome }, 'called the provider')
  const { payment, ended } = await ports.transact(call.cause, async (tx) => {
    const [before] = await tx.payments.lock([orderId])
    if (!before) throw new Error(`Payment ${orderId} is missing, but existed before the provider was called.`)
    const { payment: after, says } = applyOutcome(before, call, outcome, ports.now())
    if (after !== before) tx.payments.save(after)
    if (before.customerId && says.some(({ type }) => type === 'PaymentDeclined')) {
      const [payer = newPayer(before.customerId)] = await tx.payers.lock([before.customerId])
      tx.payers.save(declines(payer, ports.now()))
    }
    tx.say(says)
    return { payment: after, ended: returnEndedBy(call, before, after) }
  })
  if (ended) ports.audit.record({ event: 'refund', who: 'payment', ...ended })
  return { payment, outcome }
}

/** The return of money whose outcome this call has found out; null if it has found out none. */
function returnEndedBy(call: ProviderCall, before: Payment, after: Payment): { on: string[]; outcome: string } | null {
  if (call.type === 'part') {
    const [was, is] = [before, after].map(({ parts }) => parts.find(({ id }) => id === call.refundId)?.state)
    if (was !== 'open' || is === 'open') return null
    return { on: [call.orderId, call.refundId], outcome: is === 'done' ? 'returned' : 'not returned' }
  }
  const isReturned = call.type === 'refund' && before.status === 'APPROVED' && after.status === 'CANCELLED'
  return isReturned ? { on: [call.orderId], outcome: 'returned' } : null
}

function send(provider: SharedProvider, call: ProviderCall, requester: Requester): Promise<Outcome> {
  const { key, orderId: reference } = call
  switch (call.type) {
    case 'charge':
      return provider.charge({ key, token: call.token, amount: call.amount, reference }, requester)
    case 'void':
      return provider.void({ key, reference }, requester)
    case 'refund':
    case 'part':
      return provider.refund({ key, chargeKey: call.chargeKey, amount: call.amount, reference }, requester)
  }
}
