import { type Decision, type Delivery, isKnown } from '../domain/delivery.ts'
import type { Tx } from './ports.ts'
import { shownChange } from './show.ts'

/** Saves a changed delivery, says its facts, and publishes its live states to riders. All changes go through it. */
export function keep(tx: Tx, existing: Delivery | null, { delivery, says }: Decision): void {
  tx.say(says)
  if (delivery === existing) return
  tx.deliveries.save(delivery)
  if (!isKnown(delivery)) return
  const before = existing && isKnown(existing) ? existing : null
  for (const shown of shownChange(before, delivery)) tx.show(shown)
}
