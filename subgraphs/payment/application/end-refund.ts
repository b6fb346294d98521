import { endPart, holdPart } from '../domain/held-parts.ts'
import type { Ports } from './ports.ts'

/** `hold`: ask no more for an hour. The others: what the provider's records say. */
export const STEPS = ['hold', 'returned', 'not-returned'] as const
export type Step = (typeof STEPS)[number]

/** An operator's step about a part refund which the provider never decides; what it holds up goes on when it has ended. */
export async function endRefund(
  ports: Pick<Ports, 'transact' | 'now' | 'newId'>,
  { orderId, refundId, step }: { orderId: string; refundId: string; step: Step },
): Promise<{ done: string } | { problem: string }> {
  return ports.transact(ports.newId(), async (tx) => {
    const [payment] = await tx.payments.lock([orderId])
    if (!payment) return { problem: `There is no payment of an order ${orderId}.` }
    if (step === 'hold') {
      const held = holdPart(payment, refundId, ports.now())
      if ('problem' in held) return held
      tx.payments.save(held)
      return {
        done: `The refund ${refundId} is held for an hour. Look at the provider's records in a minute, and end it.`,
      }
    }
    const ended = endPart(payment, refundId, step === 'returned', ports.now())
    if ('problem' in ended) return ended
    tx.payments.save(ended.payment)
    tx.say(ended.says)
    return { done: `The refund ${refundId} has ended: ${step}.` }
  })
}
