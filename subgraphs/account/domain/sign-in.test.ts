import { describe, expect, it } from '@jest/globals'
import { type Attempt, CODES_OF_NUMBER, counted, hourly, type Limit, MOST_TRIES, whyNotTried } from './sign-in.ts'

const HOUR_MS = 3_600_000
const limit: Limit = { most: 5, atOnce: 3, withinMs: HOUR_MS }

/** What comes of taking `times` at one moment. */
function take(times: number, freeAt: number | null, now: number) {
  let state = freeAt
  const waits: number[] = []
  for (let n = 0; n < times; n++) {
    const outcome = counted(limit, state, now)
    if ('freeAt' in outcome) state = outcome.freeAt
    waits.push('waitMs' in outcome ? outcome.waitMs : 0)
  }
  return { waits, freeAt: state }
}

/** When somebody gets through who takes whatever there is, in the minutes of two windows. */
function greedy(limit: Limit) {
  let state: number | null = null
  const taken: number[] = []
  for (let now = 0; now < 2 * limit.withinMs; now += limit.withinMs / 240)
    for (;;) {
      const outcome = counted(limit, state, now)
      if ('waitMs' in outcome) break
      state = outcome.freeAt
      taken.push(now)
    }
  return taken
}

describe('a limit', () => {
  it('lets so many through at once, and says when the next may come', () => {
    expect(take(5, null, 0).waits).toEqual([0, 0, 0, 1_200_000, 1_200_000])
  })

  it('gives back one after another, and never more than it has', () => {
    const { freeAt } = take(3, null, 0)
    expect(take(2, freeAt, 1_200_000).waits).toEqual([0, 1_200_000])
    expect(take(4, freeAt, 1e9).waits).toEqual([0, 0, 0, 1_200_000])
  })

  it('is not moved by what it refuses', () => {
    const { freeAt } = take(3, null, 0)
    expect(take(100, freeAt, 0).freeAt).toBe(freeAt)
  })

  it.each([...CODES_OF_NUMBER, hourly(60), hourly(30), hourly(1), hourly(2)])(
    'is never exceeded in any window: %j',
    (limit) => {
      const taken = greedy(limit)
      const inWindows = taken.map((from) => taken.filter((at) => at >= from && at < from + limit.withinMs).length)
      expect(Math.max(...inWindows)).toBe(limit.most)
    },
  )
})

describe('why a code cannot be tried', () => {
  const attempt: Attempt = {
    id: 'a',
    phone: '+821012345678',
    codeHash: 'h',
    codeExpiresAt: 10,
    tries: 0,
    verified: false,
  }
  it('says whether its time or its tries are over', () => {
    expect(whyNotTried(attempt, 10)).toBe('CodeExpired')
    expect(whyNotTried({ ...attempt, tries: MOST_TRIES }, 9)).toBe('NoTriesLeft')
    expect(whyNotTried({ ...attempt, tries: MOST_TRIES }, 10)).toBe('CodeExpired')
  })
})
