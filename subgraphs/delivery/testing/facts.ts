import { newId } from '../../../chassis/ids.ts'
import { heard } from '../../../proofs/testing/facts.ts'
import type { Fact } from '../../../schema/events/facts.ts'

/** Whose the deliveries of these tests are. */
export const parties = { storeId: newId(), ownerId: newId(), customerId: newId() }

export const decorated = (orderId: string, whose = parties): Fact =>
  heard({ type: 'Decorated', data: { orderId, ...whose } })

export const registrationCancelled = (orderId: string, wasDecorated = true): Fact =>
  heard({ type: 'RegistrationCancelled', data: { orderId, decorated: wasDecorated } })
