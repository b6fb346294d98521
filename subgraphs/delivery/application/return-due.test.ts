import { beforeEach, expect, it } from '@jest/globals'
import { newId } from '../../../chassis/ids.ts'
import { contextInMemory } from '../../../proofs/testing/context-in-memory.ts'
import { decorated } from '../testing/facts.ts'
import { type DeliveryContext, wire } from '../wire.ts'
import type { Ports, Tables } from './ports.ts'

const MINUTE_MS = 60_000
const DAY_MINUTES = 24 * 60

let now: Date
let context: ReturnType<typeof contextInMemory<Tables>>
let broken: string[]
beforeEach(() => {
  now = new Date('2026-11-22T09:00:00Z')
  context = contextInMemory<Tables>(['deliveries', 'calendars'])
  broken = []
})

/** A process of the context; one that reads a broken delivery fails. */
function start(): DeliveryContext {
  const { ports, rows } = context
  const transact: Ports['transact'] = (cause, work) =>
    ports.transact(cause, (tx) => {
      const find: typeof tx.deliveries.find = async (id) => {
        if (broken.includes(id)) throw new Error('This one is broken.')
        return tx.deliveries.find(id)
      }
      return work({ ...tx, deliveries: { ...tx.deliveries, find } })
    })
  return wire({
    ...ports,
    transact,
    now: () => now,
    dueAt: async (due, limit) =>
      rows('deliveries')
        .flatMap(({ id, dueAt }) => (dueAt && dueAt <= due ? [id] : []))
        .slice(0, limit),
    settings: {
      departEarliestMs: null,
      returnAfterWorkingMs: 30 * MINUTE_MS,
      linkSecret: 'of at least 32 characters',
      photoKeys: [],
    },
  })
}

async function failed({ commands, hear }: DeliveryContext): Promise<string> {
  const [deliveryId, riderId] = [newId(), newId()]
  await hear(decorated(deliveryId))
  const rider = { id: riderId, isRider: true }
  await commands.departForDelivery(rider, { deliveryId })
  await commands.reportFailedAttempt(rider, { deliveryId, attempt: 1, reason: 'NOBODY_HOME' })
  return deliveryId
}

const pass = (minutes: number) => {
  now = new Date(now.getTime() + minutes * MINUTE_MS)
}
/** Looks once a minute for so long. */
async function work({ returnDue }: DeliveryContext, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute++) {
    await returnDue().catch(() => {})
    pass(1)
  }
}
const isReturned = async (id: string) => (await context.said(id)).at(-1)?.type === 'FlowersReturned'

it('nothing is returned within half an hour after a process has started, so that what was said meanwhile comes first', async () => {
  const id = await failed(start())
  pass(2 * DAY_MINUTES)
  const process = start()
  await work(process, 30)
  expect(await isReturned(id)).toBe(false)
  await work(process, 1)
  expect(await isReturned(id)).toBe(true)
})

it('nothing is returned within half an hour after a process was frozen', async () => {
  const process = start()
  const id = await failed(process)
  await work(process, 60)
  pass(2 * DAY_MINUTES)
  await work(process, 30)
  expect(await isReturned(id)).toBe(false)
  await work(process, 1)
  expect(await isReturned(id)).toBe(true)
})

it('deliveries that can not be returned, however many, hold up no other, and are reported', async () => {
  const process = start()
  for (let count = 0; count < 101; count++) broken.push(await failed(process))
  const id = await failed(process)
  await work(process, DAY_MINUTES + 1)
  expect(await isReturned(id)).toBe(true)
  await expect(process.returnDue()).rejects.toThrow('broken')
})
