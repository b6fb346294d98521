import { newId } from '../../../chassis/ids.ts'
import { heard } from '../../../proofs/testing/facts.ts'
import type { Fact, Said } from '../../../schema/events/facts.ts'

/** Whose the deliveries of these tests are. */
export const parties = { storeId: newId(), ownerId: newId(), customerId: newId() }

export const decorated = (orderId: string, whose = parties, promise?: Said<'Decorated'>['data']['promise']): Fact =>
  heard({ type: 'Decorated', data: { orderId, ...whose, ...(promise && { promise }) } })

/** A window of three hours that starts at `startsAt`. */
export const promiseAt = (startsAt: Date) => ({
  startsAt: startsAt.toISOString(),
  endsAt: new Date(startsAt.getTime() + 3 * 60 * 60_000).toISOString(),
  timeZone: 'Asia/Seoul',
})

export const registrationCancelled = (orderId: string, wasDecorated = true): Fact =>
  heard({ type: 'RegistrationCancelled', data: { orderId, decorated: wasDecorated } })
