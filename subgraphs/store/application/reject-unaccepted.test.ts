import { expect, it } from '@jest/globals'
import type { StoreOrder } from '../domain/store-order.ts'
import { someStoreOrder } from '../testing/orders.ts'
import type { Ports } from './ports.ts'
import { rejectUnacceptedOrders } from './reject-unaccepted.ts'

const MINUTE = 60_000

/** `count` orders that should have been accepted; `broken` can not be read. */
function rig(count: number, broken?: string) {
  const clock = { minutes: 0, isDatabaseAway: false, freezesFor: 0 }
  const acceptBy = new Date(0)
  const orders = new Map<string, StoreOrder>()
  for (let at = 0; at < count; at++) orders.set(`order ${at}`, someStoreOrder({ id: `order ${at}`, acceptBy }))
  const find = async (id: string) => {
    if (id === broken) throw new Error('This one is broken.')
    return orders.get(id)
  }
  const save = (order: StoreOrder) => orders.set(order.id, order)
  const tx = { storeOrders: { find, save }, say: () => {}, show: () => {} }
  const waiting = () => [...orders.values()].filter(({ status }) => status === 'NEW').map(({ id }) => id)
  const ports = {
    now: () => new Date(clock.minutes * MINUTE),
    newId: () => 'cause',
    settings: { rejectAfterStartMs: 30 * MINUTE },
    unacceptedAt: async (_: Date, limit: number) => {
      if (clock.isDatabaseAway) throw new Error('The database is away.')
      return waiting().slice(0, limit)
    },
    transact: async (_: string, work: (inside: typeof tx) => Promise<unknown>) => {
      const result = await work(tx)
      clock.minutes += clock.freezesFor
      clock.freezesFor = 0
      return result
    },
  } as unknown as Ports // Only what the job uses.
  const job = rejectUnacceptedOrders(ports)
  /** Runs it once a minute, up to a minute; returns how many it rejected. */
  const runUntil = async (minutes: number) => {
    let rejected = 0
    for (; clock.minutes <= minutes; clock.minutes++) rejected += await job(3).catch(() => 0)
    return rejected
  }
  return { clock, job, runUntil, waiting }
}

it('rejects every order that is due, more than one batch, too, after half an hour', async () => {
  const { runUntil } = rig(7)
  expect(await runUntil(29)).toBe(0)
  expect(await runUntil(30)).toBe(7)
  expect(await runUntil(31)).toBe(0)
})

it('waits anew after its process was frozen', async () => {
  const { clock, runUntil } = rig(2)
  await runUntil(20)
  clock.minutes = 260
  expect(await runUntil(289)).toBe(0)
  expect(await runUntil(290)).toBe(2)
})

it('waits anew after its process was frozen in the middle of rejecting', async () => {
  const { clock, runUntil } = rig(3)
  await runUntil(29)
  clock.freezesFor = 240
  expect(await runUntil(30)).toBe(1)
  expect(await runUntil(300)).toBe(0)
  expect(await runUntil(301)).toBe(2)
})

it('waits anew after its database was away', async () => {
  const { clock, runUntil } = rig(2)
  await runUntil(20)
  clock.isDatabaseAway = true
  await runUntil(80)
  clock.isDatabaseAway = false
  expect(await runUntil(110)).toBe(0)
  expect(await runUntil(111)).toBe(2)
})

it('is not held up by one that can not be rejected, and reports it', async () => {
  const { job, runUntil, waiting } = rig(3, 'order 0')
  expect(await runUntil(30)).toBe(0)
  expect(waiting()).toEqual(['order 0'])
  await expect(job(3)).rejects.toThrow('broken')
})
