import { expect, it } from '@jest/globals'
import { REFUSED } from '../../chassis/guard.ts'
import { createFairQueue } from './fair-queue.ts'

const rig = (settings = { maxQueuedEach: 100, maxQueued: 1_000 }) => {
  const queue = createFairQueue(settings)
  const started: string[] = []
  const ends: (() => void)[] = []
  const add = (client: string, name = client) =>
    queue.run(client, () => {
      started.push(name)
      return new Promise<string>((resolve) => ends.push(() => resolve(name)))
    })
  const endNext = async () => {
    ends.shift()?.()
    await new Promise(setImmediate)
  }
  return { queue, add, started, endNext }
}

it('runs one job at a time, those of one client in their order', async () => {
  const { add, started, endNext } = rig()
  const results = Promise.all([add('ann', 'a1'), add('ann', 'a2')])
  expect(started).toEqual(['a1'])
  await endNext()
  expect(started).toEqual(['a1', 'a2'])
  await endNext()
  expect(await results).toEqual(['a1', 'a2'])
})

it('lets clients take turns: one job of each, however many one of them has sent', async () => {
  const { add, started, endNext } = rig()
  for (let n = 1; n <= 50; n++) void add('flood', `f${n}`)
  void add('ann')
  void add('bob')
  for (let n = 0; n < 5; n++) await endNext()
  expect(started).toEqual(['f1', 'f2', 'ann', 'bob', 'f3', 'f4'])
})

it('refuses a client that has too many waiting, and all if too many wait', async () => {
  const { queue, add } = rig({ maxQueuedEach: 2, maxQueued: 3 })
  void add('ann')
  void add('ann')
  void add('ann')
  expect(await add('ann')).toBe(REFUSED)
  void add('bob')
  expect(await add('carl')).toBe(REFUSED)
  expect(queue.queued()).toBe(3)
})

it('goes on when a job fails', async () => {
  const { queue } = rig()
  const failed = queue.run('ann', async () => {
    throw new Error('broken')
  })
  await expect(failed).rejects.toThrow('broken')
  expect(await queue.run('ann', async () => 1)).toBe(1)
})
