import { expect, it } from '@jest/globals'
import { DEFAULTS } from '../../config.ts'
import { createQuotas, type Quota, type QuotaExceeded } from './quotas.ts'
import { liveLimits } from './transports.ts'

const LIMITS = liveLimits(DEFAULTS as Parameters<typeof liveLimits>[0]) // reads LIVE_… only
const claimsOf = (sub: string) => ({ sub, roles: [], scopes: [] })
const granted = (quota: Quota | QuotaExceeded): Quota => {
  if (typeof quota === 'string') throw new Error('There is no place.')
  return quota
}

it('messages are counted for a client on all its connections, over five seconds', () => {
  let now = 0
  const quotas = createQuotas({ ...LIMITS, messagesPerSecond: 2 }, () => now)
  const [one, two, other] = ['ann', 'ann', 'ben'].map((sub) => granted(quotas.addConnection(claimsOf(sub), '')))
  if (!one || !two || !other) throw new Error('There are three.')
  const count = (quota: Quota, times: number) => Array.from({ length: times }, () => quotas.countMessage(quota))
  expect([...count(one, 5), ...count(two, 5)]).toEqual(Array(10).fill(true))
  now = 4_999
  expect([...count(one, 1), ...count(two, 1), ...count(other, 1)]).toEqual([false, false, true])
  now = 5_000
  expect([...count(one, 10), ...count(two, 1)]).toEqual([...Array(10).fill(true), false])
})
