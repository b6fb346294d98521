import type { Fact } from '../../../schema/events/facts.ts'
import { cancel, request } from '../domain/delivery.ts'
import { keep } from './keep.ts'
import type { Tx } from './ports.ts'

/** `Decorated`: requests a delivery. */
export async function requestDelivery(tx: Tx, { data }: Fact<'Decorated'>): Promise<void> {
  const existing = await tx.deliveries.find(data.orderId)
  const decision = request(existing, data)
  if (decision) keep(tx, existing, decision)
}

/** `RegistrationCancelled`: delivery cancels only decorated orders, because no others reach it. */
export async function cancelDelivery(tx: Tx, { data }: Fact<'RegistrationCancelled'>): Promise<void> {
  if (!data.decorated) return
  const existing = await tx.deliveries.find(data.orderId)
  const decision = cancel(existing, data.orderId)
  if (decision) keep(tx, existing, decision)
}
