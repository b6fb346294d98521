import { describe, expect, it } from '@jest/globals'
import { createBudget, createWorkQueue } from './work-queue.ts'

/** A queue whose tasks say how long they take. */
const rig = (settings = { maxQueuedEach: 100, maxQueued: 1_000 }, perSecond = 200, burst = 1_000) => {
  let now = 0
  const rateLimit = createBudget(perSecond, burst, () => now)
  const queue = createWorkQueue(rateLimit, settings, () => now)
  const done: string[] = []
  const add = (client: string, name = client, ms = 1) =>
    queue.run(client, () => {
      now += ms
      done.push(name)
      return name
    })
  const pass = (ms: number) => {
    now += ms
  }
  return { queue, add, done, pass, rateLimit }
}
const turn = () => new Promise(setImmediate)

describe('a work queue', () => {
  it('does one task at a time, those of one client in their order, and gives others a turn after each', async () => {
    const { add, done } = rig()
    const results = Promise.all([add('ann', 'a1'), add('ann', 'a2')])
    expect(done).toEqual([])
    await turn()
    expect(done).toEqual(['a1'])
    expect(await results).toEqual([{ result: 'a1' }, { result: 'a2' }])
  })

  it('lets the process accept as many connections after a task as it took milliseconds', async () => {
    const { add, done } = rig()
    void add('ann', 'long', 40)
    void add('ann', 'next')
    await turn()
    let passes = 0
    for (; done.length < 2; passes++) await turn()
    expect([passes, done]).toEqual([40, ['long', 'next']])
    void add('ann', 'long', 40)
    await turn()
    void add('ann', 'sent after it') // No exception for a client that waits for each answer.
    for (passes = 0; done.length < 4; passes++) await turn()
    expect(passes).toBe(40)
  })

  it('lets clients take turns: one task of each, however many one of them has sent', async () => {
    const { add, done } = rig()
    for (let n = 1; n <= 50; n++) void add('flood', `f${n}`)
    void add('ann')
    void add('bob')
    for (let n = 0; n < 6; n++) await turn()
    expect(done.slice(0, 5)).toEqual(['f1', 'ann', 'bob', 'f2', 'f3'])
  })

  it('refuses a client that has too many waiting, and all if too many wait', async () => {
    const { queue, add } = rig({ maxQueuedEach: 2, maxQueued: 3 })
    void add('ann')
    void add('ann')
    expect(await add('ann')).toEqual({ refused: 'overloaded' })
    void add('bob')
    expect(await add('carl')).toEqual({ refused: 'overloaded' })
    expect(queue.queued()).toBe(3)
  })

  it('goes on when a task throws', async () => {
    const { queue, add } = rig()
    const failed = queue.run('ann', () => {
      throw new Error('broken')
    })
    const next = add('ann')
    await expect(failed).rejects.toThrow('broken')
    expect(await next).toEqual({ result: 'ann' })
  })

  it('refuses further tasks of a client that has used its burst, and says how long to wait', async () => {
    const { add, pass } = rig()
    const all = await Promise.all(Array.from({ length: 60 }, () => add('flood', 'f', 100)))
    // 31 use 3,100 ms. While they run, 200 ms come back in each second.
    expect(all.filter((each) => 'result' in each)).toHaveLength(38)
    expect(all.at(-1)).toMatchObject({ refused: 'rateLimited', waitMs: expect.any(Number) })
    expect(await add('ann')).toEqual({ result: 'ann' })
    pass(1_000)
    expect(await add('flood')).toEqual({ result: 'flood' })
  })

  it('lets no client that owes work send requests; more of them allow for more work', async () => {
    const { queue, rateLimit } = rig()
    queue.charge('ann', 3_200)
    expect([rateLimit.take('ann'), rateLimit.take('bob')]).toEqual([1_000, 0])
    const generous = rig(undefined, 2_000, 10_000)
    generous.queue.charge('ann', 3_200)
    expect(generous.rateLimit.take('ann')).toBe(0)
  })

  it('leaves the number of requests as it is set, where few are allowed', () => {
    const { queue, rateLimit } = rig(undefined, 1, 2)
    queue.charge('ann', 2_900)
    expect([1, 2, 3].map(() => rateLimit.take('ann'))).toEqual([0, 0, 1_000])
  })
})
