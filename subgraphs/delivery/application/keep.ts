import { type Decision, type Delivery, isKnown } from '../domain/delivery.ts'
import type { Tx } from './ports.ts'
import { shownChange } from './show.ts'

/** The one place where what becomes of a delivery is kept and said, and shown to riders where it has changed. */
export function keep(tx: Tx, existing: Delivery | null, { delivery, says }: Decision): void {
  tx.say(says)
  if (delivery === existing) return
  tx.deliveries.save(delivery)
  if (!isKnown(delivery)) return
  const before = existing && isKnown(existing) ? existing : null
  for (const shown of shownChange(before, delivery)) tx.show(shown)
}
