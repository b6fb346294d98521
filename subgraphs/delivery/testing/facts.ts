import { newId } from '../../../chassis/ids.ts'
import { type Fact, readFact, type Said } from '../../../schema/events/facts.ts'

/** A fact as it comes off the wire, heard for the first time. */
function heard(said: Said): Fact {
  const envelope = {
    id: newId(),
    version: 1,
    occurredAt: new Date().toISOString(),
    correlationId: newId(),
    causationId: newId(),
  }
  return readFact(JSON.parse(JSON.stringify({ ...said, ...envelope })))
}

/** Whose the deliveries of these tests are. */
export const parties = { storeId: newId(), ownerId: newId(), customerId: newId() }

export const decorated = (orderId: string, whose = parties): Fact =>
  heard({ type: 'Decorated', data: { orderId, ...whose } })

export const registrationCancelled = (orderId: string, wasDecorated = true): Fact =>
  heard({ type: 'RegistrationCancelled', data: { orderId, decorated: wasDecorated } })
