import { logOf } from '../domain/attempts.ts'
import { type AttemptReason, type KnownDelivery, maySeeRiders } from '../domain/delivery.ts'

/** An attempt as one reader sees it. */
export type AttemptView = {
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
    const mayKnow = riderId === readerId || maySeeRiders(delivery, readerId)
    // That the flowers went back says nothing of the attempt itself.
    const last = outcomes.findLast(({ outcome }) => outcome !== 'RETURNED')
    const outcome = last?.outcome
    return {
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
