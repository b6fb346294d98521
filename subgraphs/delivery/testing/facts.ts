import { newId } from '../../../chassis/ids.ts'
import type { Fact } from '../../../schema/events/facts.ts'
import { heard } from '../../../scripts/testing/facts.ts'

/** Whose the deliveries of these tests are. */
export const parties = { storeId: newId(), ownerId: newId(), customerId: newId() }

export const decorated = (orderId: string, whose = parties): Fact =>
  heard({ type: 'Decorated', data: { orderId, ...whose } })

export const registrationCancelled = (orderId: string, wasDecorated = true): Fact =>
  heard({ type: 'RegistrationCancelled', data: { orderId, decorated: wasDecorated } })
