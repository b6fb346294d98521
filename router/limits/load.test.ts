import { afterEach, describe, expect, it, jest } from '@jest/globals'
import { createGate } from './gate.ts'
import { createRateLimit } from './rate.ts'

afterEach(() => {
  jest.useRealTimers()
})

describe('a rate limit', () => {
  it('lets a burst through, then one as often as it is allowed, and says how long to wait', () => {
    let now = 0
    const ask = createRateLimit(10, 3, () => now)
    expect([1, 2, 3, 4].map(() => ask('ann'))).toEqual([0, 0, 0, 100])
    now += 60
    expect(ask('ann')).toBe(40)
    now += 40
    expect([ask('ann'), ask('ann')]).toEqual([0, 100])
    now += 1_000_000
    expect([1, 2, 3, 4].map(() => ask('ann'))).toEqual([0, 0, 0, 100])
  })

  it('is each client’s own', () => {
    const ask = createRateLimit(1, 1, () => 0)
    expect([ask('ann'), ask('ann'), ask('bob')]).toEqual([0, 1_000, 0])
  })
})

describe('a gate', () => {
  it('lets in so many, lets so many wait in order, and turns away the rest at once', async () => {
    const gate = createGate({ atOnce: 2, queue: 2, waitMs: 10_000 })
    const first = await gate.enter()
    await gate.enter()
    const order: string[] = []
    const third = gate.enter().finally(() => order.push('third'))
    const fourth = gate.enter().finally(() => order.push('fourth'))
    expect(await gate.enter()).toBeNull()
    expect([gate.inside(), gate.waiting()]).toEqual([2, 2])
    first?.()
    first?.() // Leaving twice is leaving once.
    const leaveThird = await third
    expect([order, gate.waiting()]).toEqual([['third'], 1])
    leaveThird?.()
    ;(await fourth)?.()
    expect([order, gate.inside(), gate.waiting()]).toEqual([['third', 'fourth'], 1, 0])
  })

  it('lets nobody wait for too long', async () => {
    jest.useFakeTimers()
    const gate = createGate({ atOnce: 1, queue: 5, waitMs: 500 })
    const leave = await gate.enter()
    const waiting = gate.enter()
    jest.advanceTimersByTime(500)
    expect(await waiting).toBeNull()
    leave?.()
    expect([gate.inside(), gate.waiting()]).toEqual([0, 0])
    expect(await gate.enter()).not.toBeNull()
  })
})
