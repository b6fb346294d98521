import { describe, expect, it } from '@jest/globals'
import { createSharedTurns } from './shared-turns.ts'
import { createBudget, createWorkQueue, type WorkQueueSettings } from './work-queue.ts'

const rig = (settings: WorkQueueSettings = { maxQueuedEach: 100, maxQueued: 1_000 }) => {
  const budget = createBudget(200, 1_000, () => 0)
  const work = createWorkQueue(budget, settings, () => 0)
  const inSharedTurn = createSharedTurns(work)
  const done: string[] = []
  const take = (client: string, key = 'text') =>
    inSharedTurn(key, client, () => {
      done.push(`${key} by ${client}`)
      return client
    })
  return { take, done, work, budget }
}

describe('work that several clients need', () => {
  it('is done once, at the first turn', async () => {
    const { take, done, work } = rig()
    const all = ['ann', 'bob', 'ann'].map((client) => take(client))
    expect(done).toEqual([])
    expect(await Promise.all(all)).toEqual([{ result: 'ann' }, null, null])
    expect(done).toEqual(['text by ann'])
    expect(await take('bob')).toEqual({ result: 'bob' }) // It is over: this is another time.
    expect(work.queued()).toBe(0)
  })

  it('is not delayed by a client that sent it after a hundred others', async () => {
    const { take, done, work } = rig()
    const flood = Array.from({ length: 90 }, (_, n) => take('flood', `flood ${n}`))
    const sentByFlood = take('flood')
    const clients = Array.from({ length: 30 }, (_, n) => `client ${n}`)
    const others = clients.map((client) => take(client))
    expect(work.queued()).toBe(100)
    await Promise.all([sentByFlood, ...others])
    expect(done).toEqual(['flood 0 by flood', 'text by client 0'])
    await Promise.all(flood)
  })

  it('is done at the turn of another where the first client owes work', async () => {
    const { take, budget } = rig()
    budget.charge('ann', 3_600)
    const all = ['ann', 'bob', 'ann'].map((client) => take(client))
    expect(await Promise.all(all)).toEqual([{ refused: 'rateLimited', waitMs: 3_000 }, { result: 'bob' }, null])
    expect(await take('ann')).toEqual({ refused: 'rateLimited', waitMs: 3_000 })
  })

  it('is waited for by those who find the queue full, as long as somebody has a turn', async () => {
    const { take } = rig({ maxQueuedEach: 2, maxQueued: 2 })
    const all = ['ann', 'bob', 'carl'].map((client) => take(client))
    expect(await Promise.all(all)).toEqual([{ result: 'ann' }, null, null])
    void take('ann', 'one')
    void take('ann', 'two')
    expect(await take('bob', 'three')).toEqual({ refused: 'overloaded' })
  })

  it('that fails is done by the next', async () => {
    const work = createWorkQueue({ charge: () => {}, owes: () => 0 })
    const inSharedTurn = createSharedTurns(work)
    const first = inSharedTurn('text', 'ann', () => {
      throw new Error('broken')
    })
    const second = inSharedTurn('text', 'bob', () => 'done')
    await expect(first).rejects.toThrow('broken')
    expect(await second).toBeNull()
    expect(await inSharedTurn('text', 'bob', () => 'done')).toEqual({ result: 'done' })
  })
})
