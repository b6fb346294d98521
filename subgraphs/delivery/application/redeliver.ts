import { type InvalidInput, invalidInput, notFound } from '../../../chassis/failures.ts'
import { DEFAULT_CALENDAR } from '../../../schema/calendar/calendar.ts'
import { readWindowId } from '../../../schema/calendar/window-id.ts'
import { windowBetween } from '../../../schema/calendar/windows.ts'
import { isRequestedFor, requestAgain } from '../domain/attempts.ts'
import { isKnown } from '../domain/delivery.ts'
import { allowLink } from '../domain/tracking.ts'
import { keep } from './keep.ts'
import type { Ports } from './ports.ts'
import type { DeliveryResult } from './ride.ts'

/** How far ahead a second attempt may be. */
const SOON_MS = 72 * 60 * 60_000

/**
 * The customer asks for a second attempt, in a window of the store's calendar that begins within 72 hours. No place in it is booked. A
 * repeated command is answered as the first, also once the window has begun or is gone.
 */
export function requestRedelivery(
  ports: Ports,
  customerId: string,
  { deliveryId, windowId }: { deliveryId: string; windowId: string },
): Promise<DeliveryResult> {
  const now = ports.now()
  return ports.transact(ports.newId(), async (tx): Promise<DeliveryResult> => {
    const delivery = await tx.deliveries.find(deliveryId)
    if (!delivery || !isKnown(delivery) || delivery.customerId !== customerId) return notFound('delivery')
    const named = readWindowId(windowId)
    if (!named || named.storeId !== delivery.storeId) return wrongWindow('NOT_FOUND', 'The store has no such window.')
    const calendar = (await tx.calendars.find(delivery.storeId))?.calendar ?? DEFAULT_CALENDAR
    const decision = requestAgain(delivery, { ...named, timeZone: calendar.timeZone })
    if ('type' in decision) return decision
    if (isRequestedFor(delivery, named)) return { type: 'DeliveryPayload', delivery }
    if (!windowBetween(calendar, named.startsAt, named.endsAt))
      return wrongWindow('NOT_FOUND', 'The store has no such window.')
    if (named.startsAt <= now) return wrongWindow('NOT_ALLOWED', 'The window has begun.')
    if (named.startsAt.getTime() - now.getTime() > SOON_MS)
      return wrongWindow('NOT_ALLOWED', 'The window begins in more than 72 hours.')
    keep(tx, delivery, decision)
    return { type: 'DeliveryPayload', delivery: decision.delivery }
  })
}

const wrongWindow = (code: 'NOT_FOUND' | 'NOT_ALLOWED', message: string): InvalidInput =>
  invalidInput([{ path: ['windowId'], code, message }])

/** The customer forbids the recipient's link, or allows another one. Riders are shown nothing of it. */
export function setTracking(
  ports: Ports,
  customerId: string,
  { deliveryId, on }: { deliveryId: string; on: boolean },
): Promise<DeliveryResult> {
  return ports.transact(ports.newId(), async (tx): Promise<DeliveryResult> => {
    const delivery = await tx.deliveries.find(deliveryId)
    if (!delivery || !isKnown(delivery) || delivery.customerId !== customerId) return notFound('delivery')
    const changed = allowLink(delivery, on)
    if (changed) tx.deliveries.save(changed)
    return { type: 'DeliveryPayload', delivery: changed ?? delivery }
  })
}
