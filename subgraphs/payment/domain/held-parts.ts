import { callFor } from './part-refunds.ts'
import type { Decision, PartRefund, Payment } from './payment.ts'
import { applyOutcome } from './provider-calls.ts'
import { afterParts } from './returning.ts'

const DAY_MS = 24 * 60 * 60_000
/** How long the provider is not asked about a part that an operator holds. Then it is asked again, as before. */
const HOLD_MS = 60 * 60_000
/** A call that was under way when the part was held has ended by then: none may take longer than 15 seconds. */
const CALLS_END_MS = 60_000

type Problem = { problem: string }

/**
 * Holds a part refund that has been open for a day, so that what the provider's records say of it cannot change while an operator looks.
 */
export function holdPart(payment: Payment, refundId: string, now: Date): Payment | Problem {
  const part = openFor(payment, refundId, now)
  if ('problem' in part) return part
  const until = new Date(now.getTime() + HOLD_MS)
  const held: PartRefund = { ...part, heldAt: now.toISOString(), dueAt: until.toISOString() }
  return afterParts({ ...payment, parts: payment.parts.map((other) => (other === part ? held : other)) }, until)
}

/** Ends a part refund that is held, by what the provider's records say: as if the provider had answered so. */
export function endPart(payment: Payment, refundId: string, wasReturned: boolean, now: Date): Decision | Problem {
  const part = openFor(payment, refundId, now)
  if ('problem' in part) return part
  const since = Date.parse(part.heldAt ?? '')
  // A process of the release before knows no holding: it may have asked since, and moved `dueAt`.
  const isHeld = now.getTime() < since + HOLD_MS && Date.parse(part.dueAt ?? '') === since + HOLD_MS
  if (!isHeld) return { problem: `The refund ${refundId} is not held. Hold it, then look at the provider's records.` }
  if (now.getTime() < since + CALLS_END_MS)
    return {
      problem: `A call may still be under way. Look at the provider's records a minute after the refund was held.`,
    }
  return applyOutcome(payment, callFor(payment, part), wasReturned ? 'refunded' : 'declined', now)
}

function openFor({ id, parts }: Payment, refundId: string, now: Date): PartRefund | Problem {
  const part = parts.find((other) => other.id === refundId)
  if (!part) return { problem: `The payment of order ${id} has no refund ${refundId}.` }
  if (part.state !== 'open') return { problem: `The refund ${refundId} has ended: ${part.state}.` }
  if (now.getTime() - Date.parse(part.at) > DAY_MS) return part
  return { problem: `The refund ${refundId} is not a day old: the provider is still asked.` }
}
