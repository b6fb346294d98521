import { afterAll, expect, it } from '@jest/globals'
import { keepingOnPostgres } from '../../testing/database.ts'
import { openShop, rigOn } from '../../testing/rig.ts'

const MINUTE = 60_000
const keeping = await keepingOnPostgres()
afterAll(keeping.close)

it('orders that were not paid in time are found, earliest first, up to the limit', async () => {
  const at = rigOn(keeping, await openShop(keeping))
  const deferred = { answer: 'Deferred', retryAfterSeconds: 3 } as const
  const dueAfter = new Date('2026-01-01T00:30:00Z').getTime()
  const ids: string[] = []
  // The last one placed is the first one due.
  for (const later of [3, -1, -1]) {
    at.pass(later * MINUTE)
    ids.unshift(await at.placed(later === -1 ? deferred : { answer: 'Declined' }))
  }
  await at.placed()
  await at.cancel(await at.placed(deferred))
  const found = (minutes: number, limit = 10) => keeping.unpaidSince(new Date(dueAfter + minutes * MINUTE), limit)
  expect(await found(1)).toEqual([])
  expect(await found(1.5)).toEqual(ids.slice(0, 1))
  expect(await found(10)).toEqual(ids)
  expect(await found(10, 2)).toEqual(ids.slice(0, 2))
})
