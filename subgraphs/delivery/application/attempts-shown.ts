import { logOf } from '../domain/attempts.ts'
import { type AttemptReason, isParty, type KnownDelivery } from '../domain/delivery.ts'

/** An attempt as one reader sees it. */
export type AttemptView = {
  /** The delivery's, by which the audit trail names what was read. */
  id: string
  attempt: number
  /** Null for who may not know, as is the note. */
  riderId: string | null
  departedAt: Date
  reason: AttemptReason | null
  note: string | null
  /** Null likewise. */
  photo: string | null
  endedAt: Date | null
  at: Date | null
}

/** The attempts of a delivery, each with what came of it last. */
export function attemptsFor(delivery: KnownDelivery, readerId: string): AttemptView[] {
  return logOf(delivery).map(({ attempt, riderId, departedAt, outcomes }) => {
    const mayKnow = riderId === readerId || isParty(delivery, readerId)
    // That the flowers went back says nothing of the attempt itself.
    const last = outcomes.findLast(({ outcome }) => outcome !== 'RETURNED')
    const outcome = last?.outcome
    return {
      id: delivery.id,
      attempt,
      riderId: mayKnow ? riderId : null,
      departedAt: new Date(departedAt),
      reason: outcome && outcome !== 'COMPLETED' && outcome !== 'RETURNED' ? outcome : null,
      note: (mayKnow && last?.note) || null,
      photo: (mayKnow && last?.photo) || null,
      endedAt: last ? new Date(last.at) : null,
      at: last?.phoneAt ? new Date(last.phoneAt) : null,
    }
  })
}
