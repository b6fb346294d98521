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
  const quotas = createQuotas({ ...LIMITS, messagesPerSecond: 2 }, { now: () => now })
  const [one, two, other] = ['ann', 'ann', 'ben'].map((sub) => granted(quotas.addConnection(claimsOf(sub), '')))
  if (!one || !two || !other) throw new Error('There are three.')
  const count = (quota: Quota, times: number) => Array.from({ length: times }, () => quotas.countMessage(quota))
  expect([...count(one, 5), ...count(two, 5)]).toEqual(Array(10).fill(true))
  now = 4_999
  expect([...count(one, 1), ...count(two, 1), ...count(other, 1)]).toEqual([false, false, true])
  now = 5_000
  expect([...count(one, 10), ...count(two, 1)]).toEqual([...Array(10).fill(true), false])
})

it('whoever reaches a limit is reported, with the setting that says so', () => {
  const reached: string[] = []
  const none = {
    connectionsPerUser: 1,
    connectionsPerAddress: 1,
    operationsPerUser: 0,
    messagesPerSecond: 0,
    untakenBytes: -1,
  }
  const onLimit = (client: string, limit: string) => void reached.push(`${client} ${limit}`)
  const quotas = createQuotas({ ...LIMITS, ...none }, { onLimit })
  const ann = granted(quotas.addConnection(claimsOf('ann'), '192.0.2.1'))
  quotas.addConnection(claimsOf('ann'), '192.0.2.1')
  const unknown = granted(quotas.addUnidentifiedConnection('192.0.2.2'))
  quotas.addUnidentifiedConnection('192.0.2.2')
  quotas.startOperation(ann)
  quotas.countMessage(unknown)
  quotas.holdBytes(ann, 1)
  expect(reached).toEqual([
    'user ann LIVE_CONNECTIONS_PER_USER',
    'address 192.0.2.2 LIVE_CONNECTIONS_PER_ADDRESS',
    'user ann LIVE_OPERATIONS_PER_USER',
    'address 192.0.2.2 LIVE_MESSAGES_PER_SECOND',
    'user ann LIVE_UNTAKEN_BYTES',
  ])
})
