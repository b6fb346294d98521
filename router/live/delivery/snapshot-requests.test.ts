import { describe, expect, it } from '@jest/globals'
import type { SnapshotAnswer } from '../../../chassis/live.ts'
import { createLogger } from '../../../chassis/log.ts'
import { until } from '../../../chassis/testing/until.ts'
import { createHub } from './hub.ts'
import { createSnapshotRequests } from './snapshot-requests.ts'

const log = createLogger('test')
log.level = 'silent'
const PATTERNS = ['live.news.ann.*']

/** `fireTimers` ends all timers; the test resolves each of the requests in `sent`. */
function rig() {
  const timers = new Set<() => void>()
  const sent: PromiseWithResolvers<SnapshotAnswer>[] = []
  const schedule = (_: number, then: () => void) => {
    timers.add(then)
    return () => timers.delete(then)
  }
  const hub = createHub(log)
  hub.follower.began({ created: 'incarnation 1', sequence: 5 })
  const reader = {
    state: async () => ({ created: 'incarnation 1', firstSequence: 1, lastSequence: 5 }),
    latest: async () => [],
    since: async () => [],
    ask: () => {
      sent.push(Promise.withResolvers())
      return sent.at(-1)?.promise ?? Promise.reject()
    },
  }
  const requests = createSnapshotRequests({
    reader,
    hub,
    log,
    timing: { sourceTimeoutMs: 1, repeatMs: 1, retryMs: 1, schedule },
  })
  const fireTimers = () => {
    for (const timer of timers) timer()
    timers.clear()
  }
  const wait = (name: string, answers: string[], patterns = PATTERNS) =>
    requests.requestUntilAnswered(patterns, {
      requested: () => {},
      answered: (_, sequence) => answers.push(`${name} ${sequence}`),
    })
  return { requests, sent, fireTimers, wait, timers }
}
const answer: SnapshotAnswer = { states: [], next: null }

describe('requesting a snapshot until the feed’s source answers', () => {
  it('is done once for all waiters of the same patterns; later waiters get the next answer', async () => {
    const { requests, sent, fireTimers, wait, timers } = rig()
    const answers: string[] = []
    wait('one', answers)
    wait('two', answers)
    fireTimers()
    await until(() => sent.length === 1)
    wait('late', answers)
    sent[0]?.resolve(answer)
    await until(() => answers.length === 2)
    expect(answers).toEqual(['one 5', 'two 5'])
    await until(() => timers.size === 1)
    fireTimers()
    await until(() => sent.length === 2)
    sent[1]?.resolve(answer)
    await until(() => answers.length === 3)
    expect(answers[2]).toBe('late 5')
    await until(() => requests.pending() === 0)
  })

  it('is repeated after a failure, and ends when nothing waits for it', async () => {
    const { requests, sent, fireTimers, wait, timers } = rig()
    const answers: string[] = []
    const leave = wait('one', answers)
    fireTimers()
    await until(() => sent.length === 1)
    sent[0]?.reject(new Error('The source is down.'))
    await until(() => timers.size === 1)
    leave()
    expect([answers, timers.size, requests.pending()]).toEqual([[], 0, 0])
  })

  it('never delays requests of new subscribers', async () => {
    const { requests, sent, fireTimers, wait } = rig()
    for (let user = 0; user < 20; user++) wait('old', [], [`live.news.u${user}.*`])
    fireTimers()
    await until(() => sent.length === 8)
    void requests.requestOnce(PATTERNS, () => false)
    await until(() => sent.length === 9)
    expect(sent).toHaveLength(9)
  })
})
