import { describe, expect, it } from '@jest/globals'
import { createRateLimit } from './rate-limit.ts'

describe('a rate limit', () => {
  it('admits a burst, then requests at the allowed rate, and returns the waiting time', () => {
    let now = 0
    const { take: ask } = createRateLimit(10, 3, () => now)
    expect([1, 2, 3, 4].map(() => ask('ann'))).toEqual([0, 0, 0, 100])
    now += 60
    expect(ask('ann')).toBe(40)
    now += 40
    expect([ask('ann'), ask('ann')]).toEqual([0, 100])
    now += 1_000_000
    expect([1, 2, 3, 4].map(() => ask('ann'))).toEqual([0, 0, 0, 100])
  })

  it('is each client’s own', () => {
    const { take: ask } = createRateLimit(1, 1, () => 0)
    expect([ask('ann'), ask('ann'), ask('bob')]).toEqual([0, 1_000, 0])
  })
})
