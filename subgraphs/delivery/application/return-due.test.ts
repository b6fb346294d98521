import { expect, it } from '@jest/globals'
import { newId } from '../../../chassis/ids.ts'
import { contextInMemory } from '../../../proofs/testing/context-in-memory.ts'
import { decorated } from '../testing/facts.ts'
import { wire } from '../wire.ts'
import type { Tables } from './ports.ts'

const HOUR_MS = 60 * 60_000

it('nothing is returned within half an hour after a process has started, so that what was said meanwhile comes first', async () => {
  let now = new Date('2026-11-22T09:00:00Z')
  const { ports, rows, said } = contextInMemory<Tables>(['deliveries', 'calendars'])
  const start = () =>
    wire({
      ...ports,
      now: () => now,
      dueAt: async (due) => rows('deliveries').flatMap(({ id, dueAt }) => (dueAt && dueAt <= due ? [id] : [])),
      settings: {
        departEarliestMs: null,
        waitAfterStartMs: HOUR_MS / 2,
        linkSecret: 'of at least 32 characters',
        photoKeys: [],
      },
    })
  const [orderId, riderId] = [newId(), newId()]
  const { commands, hear } = start()
  await hear(decorated(orderId))
  await commands.departForDelivery(riderId, { deliveryId: orderId })
  const rider = { id: riderId, isRider: true }
  await commands.reportFailedAttempt(rider, { deliveryId: orderId, attempt: 1, reason: 'NOBODY_HOME' })
  const types = async () => (await said(orderId)).map(({ type }) => type)

  now = new Date(now.getTime() + 48 * HOUR_MS)
  const { returnDue } = start()
  now = new Date(now.getTime() + HOUR_MS / 2 - 1)
  await returnDue()
  expect((await types()).at(-1)).toBe('DeliveryAttemptFailed')
  now = new Date(now.getTime() + 1)
  await returnDue()
  expect((await types()).at(-1)).toBe('FlowersReturned')
})
