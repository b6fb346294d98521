import { learn, type Outcome } from '../domain/asking.ts'
import { declines, newPayer } from '../domain/payer.ts'
import type { Payment, Question } from '../domain/payment.ts'
import type { Asker, Ports, SharedProvider } from './ports.ts'

/** When someone else asks, should the one who asks now die. */
export const askAgainAt = ({ now, settings }: Ports): Date => new Date(now().getTime() + settings.askingTakesAtMostMs)

/** Asks the provider what has been committed to be asked, and takes in what it says. */
export async function askProvider(
  ports: Ports,
  question: Question,
  asker: Asker,
): Promise<{ payment: Payment; outcome: Outcome }> {
  const { orderId, key, type } = question
  const outcome = await put(ports.provider, question, asker)
  ports.log.info({ correlationId: orderId, key, asked: type, outcome }, 'asked the provider')
  const payment = await ports.transact(question.cause, async (tx) => {
    const [before] = await tx.payments.lock([orderId])
    if (!before) throw new Error(`Payment ${orderId} was there before the provider was asked.`)
    const { payment: after, says } = learn(before, question, outcome, ports.now())
    if (after !== before) tx.payments.save(after)
    if (before.customerId && says.some(({ type }) => type === 'PaymentDeclined')) {
      const [payer = newPayer(before.customerId)] = await tx.payers.lock([before.customerId])
      tx.payers.save(declines(payer, ports.now()))
    }
    tx.say(says)
    return after
  })
  return { payment, outcome }
}

function put(provider: SharedProvider, question: Question, asker: Asker): Promise<Outcome> {
  const { key, orderId: reference } = question
  switch (question.type) {
    case 'charge':
      return provider.charge({ key, token: question.token, amount: question.amount, reference }, asker)
    case 'void':
      return provider.void({ key, reference }, asker)
    case 'refund':
      return provider.refund({ key, chargeKey: question.chargeKey, amount: question.amount, reference }, asker)
  }
}
