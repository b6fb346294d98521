import { createHash } from 'node:crypto'
import { newPayer, opens } from '../domain/payer.ts'
import { type Answer, type Charge, charge, type Payment, type ProviderCall } from '../domain/payment.ts'
import type { Outcome } from '../domain/provider-calls.ts'
import { nextCall } from '../domain/provider-calls.ts'
import { callProvider, retryAt } from './call-provider.ts'
import type { Ports } from './ports.ts'

export type ChargeRequest = Omit<Charge, 'key' | 'cause' | 'at'>

/** The provider's key for an order and token. It does not reveal the token. */
export const chargeKey = (orderId: string, token: string): string =>
  `${orderId}:${createHash('sha256').update(token).digest('base64url').slice(0, 22)}`

/**
 * Charges an order. Resolves when the outcome is known, or is known to be unknown. That may take long, so the caller sets the
 * deadline of its answer. Concurrent requests with the same order, token, customer and amount share one charge.
 */
export function charging(ports: Ports) {
  const inProgress = new Map<string, Promise<Answer>>()
  return {
    charge: (request: ChargeRequest): Promise<Answer> => {
      const { orderId, customerId, amount, token } = request
      const key = chargeKey(orderId, token)
      const call = JSON.stringify([key, customerId, amount.amount, amount.currency])
      const answer = inProgress.get(call) ?? chargeOnce(ports, request, key).finally(() => inProgress.delete(call))
      inProgress.set(call, answer)
      return answer
    },
    /** Resolves when no charge is in progress. */
    idle: async () => void (await Promise.allSettled(inProgress.values())),
  }
}

async function chargeOnce(ports: Ports, request: ChargeRequest, key: string): Promise<Answer> {
  const cause = ports.newId()
  const begun = await ports.transact(cause, async (tx): Promise<{ answer: Answer } | { call: ProviderCall }> => {
    const [payment = null] = await tx.payments.lock([request.orderId])
    const decided = charge(payment, { ...request, key, cause, at: ports.now() }, retryAt(ports))
    if ('answer' in decided) return decided
    if (!ports.provider.takesCharges(request.customerId))
      return { answer: 'joins' in decided ? 'Pending' : 'Unavailable' }
    if ('joins' in decided) {
      const { payment: joined, call } = nextCall(decided.joins, retryAt(ports))
      tx.payments.save(joined)
      return { call }
    }
    const [payer = newPayer(request.customerId)] = await tx.payers.lock([request.customerId])
    const tried = await tx.payments.findAll(payer.open)
    const opened = opens(payer, tried, payment, request.orderId, ports.now(), ports.settings)
    if ('answer' in opened) return opened
    tx.payers.save(opened.payer)
    tx.payments.save(decided.payment)
    return { call: decided.call }
  })
  if ('answer' in begun) return begun.answer
  const requester = { customerId: request.customerId, settling: false }
  const { payment, outcome } = await callProvider(ports, begun.call, requester)
  return answerTo(payment, key, outcome)
}

/** The answer after the provider was called: by the present state, whichever process found out the outcome. */
function answerTo({ attempts, closed }: Payment, key: string, outcome: Outcome): Answer {
  const attempt = attempts.find((other) => other.key === key)
  switch (attempt?.state) {
    case 'charged':
    case 'split':
    case 'refunded':
      return 'Approved'
    case 'declined':
      return 'Declined'
    case 'open':
      return 'Pending'
    default:
      return closed && outcome !== 'refused' ? 'Closed' : 'Unavailable'
  }
}
