import { describe, expect, it } from '@jest/globals'
import { rateLimit } from './rate-limit.ts'

describe('the rate limit', () => {
  it('says when to come again, to that caller alone, until the minute is over', () => {
    const limit = rateLimit(2)
    expect([limit('a', 0), limit('a', 1_000), limit('a', 2_000)]).toEqual([null, null, 58])
    expect(limit('b', 2_000)).toBeNull()
    expect(limit('a', 60_000)).toBeNull()
  })

  it('remembers a bounded number of callers, the rest share one allowance', () => {
    const limit = rateLimit(1)
    for (let caller = 0; caller < 10_000; caller++) expect(limit(`known ${caller}`, 0)).toBeNull()
    expect([limit('one more', 0), limit('and another', 0)]).toEqual([null, 60])
  })
})
