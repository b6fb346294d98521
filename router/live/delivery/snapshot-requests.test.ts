import { describe, expect, it } from '@jest/globals'
import type { SnapshotAnswer } from '../../../chassis/live.ts'
import { createLogger } from '../../../chassis/log.ts'
import { until } from '../../../chassis/testing/until.ts'
import { liveHub } from './hub.ts'
import { createAsking } from './snapshot-requests.ts'

const log = createLogger('test')
log.level = 'silent'
const PATTERNS = ['live.news.ann.*']

/** Timers and answers come when the test lets them. */
function rig() {
  const timers = new Set<() => void>()
  const asked: PromiseWithResolvers<SnapshotAnswer>[] = []
  const later = (_: number, then: () => void) => {
    timers.add(then)
    return () => timers.delete(then)
  }
  const hub = liveHub(log)
  hub.follower.began({ created: 'life 1', sequence: 5 })
  const source = {
    state: async () => ({ created: 'life 1', firstSequence: 1, lastSequence: 5 }),
    latest: async () => [],
    since: async () => [],
    ask: () => {
      asked.push(Promise.withResolvers())
      return asked.at(-1)?.promise ?? Promise.reject()
    },
  }
  const asking = createAsking({ source, hub, log, timing: { ownerMs: 1, askAgainMs: 1, retryMs: 1, later } })
  const ring = () => {
    for (const timer of timers) timer()
    timers.clear()
  }
  const wait = (name: string, answers: string[], patterns = PATTERNS) =>
    asking.untilAnswered(patterns, { asked: () => {}, answered: (_, sequence) => answers.push(`${name} ${sequence}`) })
  return { asking, asked, ring, wait, timers }
}
const answer: SnapshotAnswer = { states: [], next: null }

describe('asking the owner of a feed until it answers', () => {
  it('is done once for all who want the same; who comes while it is asked is answered by the next time only', async () => {
    const { asking, asked, ring, wait, timers } = rig()
    const answers: string[] = []
    wait('one', answers)
    wait('two', answers)
    ring()
    await until(() => asked.length === 1)
    wait('late', answers)
    asked[0]?.resolve(answer)
    await until(() => answers.length === 2)
    expect(answers).toEqual(['one 5', 'two 5'])
    await until(() => timers.size === 1)
    ring()
    await until(() => asked.length === 2)
    asked[1]?.resolve(answer)
    await until(() => answers.length === 3)
    expect(answers[2]).toBe('late 5')
    await until(() => asking.count() === 0)
  })

  it('goes on where it fails, and ends where nobody waits any more', async () => {
    const { asking, asked, ring, wait, timers } = rig()
    const answers: string[] = []
    const leave = wait('one', answers)
    ring()
    await until(() => asked.length === 1)
    asked[0]?.reject(new Error('away'))
    await until(() => timers.size === 1)
    leave()
    expect([answers, timers.size, asking.count()]).toEqual([[], 0, 0])
  })

  it('never stands before who comes anew', async () => {
    const { asking, asked, ring, wait } = rig()
    for (let user = 0; user < 20; user++) wait('old', [], [`live.news.u${user}.*`])
    ring()
    await until(() => asked.length === 8)
    void asking.now(PATTERNS, () => false)
    await until(() => asked.length === 9)
    expect(asked).toHaveLength(9)
  })
})
