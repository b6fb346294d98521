import { createHash } from 'node:crypto'
import type { Outcome } from '../domain/asking.ts'
import { ask } from '../domain/asking.ts'
import { newPayer, opens } from '../domain/payer.ts'
import { type Answer, type Charge, charge, type Payment, type Question } from '../domain/payment.ts'
import { askAgainAt, askProvider } from './ask-provider.ts'
import type { Ports } from './ports.ts'

export type ChargeRequest = Omit<Charge, 'key' | 'cause' | 'at'>

/** The same for the same order and token; tells nobody the token. */
export const chargeKey = (orderId: string, token: string): string =>
  `${orderId}:${createHash('sha256').update(token).digest('base64url').slice(0, 22)}`

/**
 * Charges an order. Resolves when the outcome is known, or known to be unknown: however long that takes, so the caller
 * sets the deadline of its answer. Equal calls that come while one is under way join it.
 */
export function charging(ports: Ports) {
  const underWay = new Map<string, Promise<Answer>>()
  return {
    charge: (request: ChargeRequest): Promise<Answer> => {
      const { orderId, customerId, amount, token } = request
      const key = chargeKey(orderId, token)
      const call = JSON.stringify([key, customerId, amount.amount, amount.currency])
      const answer = underWay.get(call) ?? chargeOnce(ports, request, key).finally(() => underWay.delete(call))
      underWay.set(call, answer)
      return answer
    },
    /** Resolves when no charge is under way any more. */
    idle: async () => void (await Promise.allSettled(underWay.values())),
  }
}

async function chargeOnce(ports: Ports, request: ChargeRequest, key: string): Promise<Answer> {
  const cause = ports.newId()
  const begun = await ports.transact(cause, async (tx): Promise<{ answer: Answer } | { question: Question }> => {
    const [payment = null] = await tx.payments.lock([request.orderId])
    const decided = charge(payment, { ...request, key, cause, at: ports.now() }, askAgainAt(ports))
    if ('answer' in decided) return decided
    if (!ports.provider.takesCharges(request.customerId))
      return { answer: 'joins' in decided ? 'Pending' : 'Unavailable' }
    if ('joins' in decided) {
      const { payment: joined, question } = ask(decided.joins, askAgainAt(ports))
      tx.payments.save(joined)
      return { question }
    }
    const [payer = newPayer(request.customerId)] = await tx.payers.lock([request.customerId])
    const tried = await tx.payments.findAll(payer.open)
    const opened = opens(payer, tried, payment, request.orderId, ports.now(), ports.settings)
    if ('answer' in opened) return opened
    tx.payers.save(opened.payer)
    tx.payments.save(decided.payment)
    return { question: decided.question }
  })
  if ('answer' in begun) return begun.answer
  const asker = { customerId: request.customerId, settling: false }
  const { payment, outcome } = await askProvider(ports, begun.question, asker)
  return answerTo(payment, key, outcome)
}

/** What the caller is told after asking: by what is known now, whoever found it out. */
function answerTo({ attempts, closed }: Payment, key: string, outcome: Outcome): Answer {
  const attempt = attempts.find((other) => other.key === key)
  switch (attempt?.state) {
    case 'charged':
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
