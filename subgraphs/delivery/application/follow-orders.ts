import type { Fact } from '../../../schema/events/facts.ts'
import { cancel, type Decision, request } from '../domain/delivery.ts'
import type { Tx } from './ports.ts'

/** `Decorated`: the flowers wait for a rider. */
export async function requestDelivery(tx: Tx, { data }: Fact<'Decorated'>): Promise<void> {
  keep(tx, request(await tx.deliveries.find(data.orderId), data))
}

/** `RegistrationCancelled`: only what was decorated is delivery's to cancel; the rest never reaches it. */
export async function cancelDelivery(tx: Tx, { data }: Fact<'RegistrationCancelled'>): Promise<void> {
  if (data.decorated) keep(tx, cancel(await tx.deliveries.find(data.orderId), data.orderId))
}

function keep(tx: Tx, decision: Decision | null): void {
  if (!decision) return
  tx.deliveries.save(decision.delivery)
  tx.say(decision.says)
}
