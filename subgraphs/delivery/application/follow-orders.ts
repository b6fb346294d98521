import type { Fact } from '../../../schema/events/facts.ts'
import { cancel, correct, request } from '../domain/delivery.ts'
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

/** `RecipientCorrected`: nothing has to be kept for a delivery that is not requested yet, since nobody has its link. */
export async function followCorrection(tx: Tx, { data }: Fact<'RecipientCorrected'>): Promise<void> {
  const existing = await tx.deliveries.find(data.orderId)
  const decision = correct(existing, data.phoneChanged ?? false)
  if (decision) keep(tx, existing, decision)
}

/** `CalendarChanged`: keeps the highest version, in whatever order they come. */
export async function keepCalendar(tx: Tx, { data }: Fact<'CalendarChanged'>): Promise<void> {
  const { storeId: id, version: calendarVersion, ...calendar } = data
  const known = await tx.calendars.find(id)
  if (!known || known.calendarVersion < calendarVersion) tx.calendars.save({ id, calendarVersion, calendar })
}
