import { describe, expect, it } from '@jest/globals'
import { type Attempt, counted, MOST_TRIES, whyNotTried } from './sign-in.ts'

const limit = { most: 5, withinMs: 3_600_000 }

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

describe('a limit', () => {
  it('lets so many through at once, and says when the next may come', () => {
    expect(take(6, null, 0).waits).toEqual([0, 0, 0, 0, 0, 720_000])
  })

  it('gives back one after another, and never more than it has', () => {
    const { freeAt } = take(5, null, 0)
    expect(take(2, freeAt, 720_000).waits).toEqual([0, 720_000])
    expect(take(6, freeAt, 1e9).waits).toEqual([0, 0, 0, 0, 0, 720_000])
  })

  it('is not moved by what it refuses', () => {
    const { freeAt } = take(5, null, 0)
    expect(take(100, freeAt, 0).freeAt).toBe(freeAt)
  })
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
