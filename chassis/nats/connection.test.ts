import { describe, expect, it } from '@jest/globals'
import type { StreamConfig } from 'nats'
import { FACTS, LIVE, limitsOf } from './connection.ts'

/** As JetStream describes a stream that has no limits. */
const unlimited = {
  ...{ retention: 'limits', discard: 'old', discard_new_per_subject: false },
  ...{ max_age: 0, max_msgs: -1, max_bytes: -1, max_msgs_per_subject: -1 },
}
const limits = (changes: object, settings = FACTS) => limitsOf({ ...unlimited, ...changes } as StreamConfig, settings)

describe('the limits of a stream', () => {
  it.each([
    [{}, { removing: [], refusing: [] }],
    [{ max_age: 1_000_000_000 }, { removing: ['max_age 1000000000'], refusing: [] }],
    [
      { max_msgs: 5, max_bytes: 6 },
      { removing: ['max_msgs 5', 'max_bytes 6'], refusing: [] },
    ],
    [{ max_msgs_per_subject: 1 }, { removing: ['max_msgs_per_subject 1'], refusing: [] }],
    [{ retention: 'interest' }, { removing: ['retention interest'], refusing: [] }],
    [
      { max_bytes: 6, discard: 'new' },
      { removing: [], refusing: ['max_bytes 6'] },
    ],
    [
      { max_age: 7, max_msgs: 5, max_msgs_per_subject: 1, discard: 'new' },
      { removing: ['max_age 7', 'max_msgs_per_subject 1'], refusing: ['max_msgs 5'] },
    ],
    [
      { max_msgs_per_subject: 1, discard: 'new', discard_new_per_subject: true },
      { removing: [], refusing: ['max_msgs_per_subject 1'] },
    ],
  ])('%j are %j', (changes, expected) => {
    expect(limits(changes)).toEqual(expected)
  })

  it('are not those that it was created with', () => {
    expect(limits({ max_age: LIVE.max_age, max_bytes: LIVE.max_bytes }, LIVE)).toEqual({ removing: [], refusing: [] })
  })
})
