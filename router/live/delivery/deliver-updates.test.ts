import { describe, expect, it } from '@jest/globals'
import type { SnapshotAnswer } from '../../../chassis/live.ts'
import { createLogger } from '../../../chassis/log.ts'
import { until } from '../../../chassis/testing/until.ts'
import { createInMemoryLive } from '../testing/in-memory-live.ts'
import { runSchedule } from '../testing/schedule.ts'
import { createDeliveryContext } from './context.ts'
import type { CursorPosition } from './cursor.ts'
import { deliverUpdates } from './deliver-updates.ts'
import type { LiveReader } from './stream-reads.ts'
import type { SubscriberOptions } from './subscriber.ts'

const log = createLogger('test')
log.level = 'silent'

/** A router that has received everything, and a subscriber to which updates are delivered at once. */
function rig(live = createInMemoryLive()) {
  const { hub, receiveNext } = live.router(log)
  const timing = { sourceTimeoutMs: 100, repeatMs: 5, retryMs: 5, schedule }
  const shared = createDeliveryContext({ hub, reader: live.source, log, timing })
  const receiveAll = () => {
    while (live.relay());
    while (receiveNext());
  }
  const change = (entity: string, open = true) => live.commit(entity, `live.news.ann.${entity}`, open)
  receiveNext()
  const subscribe = (after: CursorPosition | null = null, overrides: Partial<SubscriberOptions> = {}) => {
    const delivered: string[] = []
    const subscription = deliverUpdates(shared, {
      patterns: ['live.news.ann.*'],
      after,
      isReady: () => true,
      deliver: ({ kind, entry, resume }) =>
        void delivered.push([kind, entry ? `${entry.entity}:${entry.revision}` : '', resume].join(' ')),
      failed: () => {},
      ...overrides,
    })
    return { delivered, ...subscription }
  }
  return { live, hub, receiveAll, change, subscribe, shared }
}
const schedule = (ms: number, then: () => void) => {
  // real time: the code's own timer, which only a hanging source reaches
  const timer = setTimeout(then, ms)
  return () => clearTimeout(timer)
}
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

describe('a subscriber', () => {
  it('gets each change exactly once, in any order of events (1,500 schedules)', async () => {
    for (let seed = 1; seed <= 1_500; seed++) {
      const violation = await runSchedule(seed, log)
      if (violation) throw new Error(violation)
    }
  })

  it('gets a GAP, a snapshot, then each change; only the snapshot’s last update can be resumed from', async () => {
    const { change, receiveAll, subscribe } = rig()
    for (const entity of ['b', 'a', 'c']) change(entity)
    change('c', false)
    receiveAll()
    const ann = subscribe()
    await until(() => ann.delivered.length === 3)
    change('b', false)
    receiveAll()
    expect(ann.delivered).toEqual(['GAP  ', 'SNAPSHOT a:1 ', 'SNAPSHOT b:1 4', 'CHANGE b:2 5'])
    ann.stop()
  })

  it('is charged for each update that it has read again', async () => {
    const { live, change, receiveAll, subscribe } = rig()
    for (const entity of numbers(100)) change(`${entity}`)
    receiveAll()
    const created = (await live.source.state()).created
    const charged: number[] = []
    const again = () => subscribe({ created, sequence: 0 }, { onWork: (ms) => void charged.push(ms) })
    for (const times of [1, 2]) {
      const ann = again()
      await until(() => ann.delivered.length === 100 && charged.length === times)
      ann.stop()
    }
    change('new')
    receiveAll()
    expect(charged.map((ms) => ms >= 2)).toEqual([true, true])
  })

  it('gets a closed entity that it names', async () => {
    const { change, receiveAll, subscribe } = rig()
    change('a', false)
    change('b')
    receiveAll()
    const ann = subscribe(null, { patterns: ['live.news.ann.a'] })
    await until(() => ann.delivered.length === 2)
    expect(ann.delivered).toEqual(['GAP  ', 'SNAPSHOT a:1 2'])
    ann.stop()
  })

  it('gets LIVE’s states while the feed’s source is down, and the rest when it is back', async () => {
    const { live, change, receiveAll, subscribe } = rig()
    change('a')
    receiveAll()
    live.retain(0)
    change('b')
    receiveAll()
    live.setSourceUp(false)
    const ann = subscribe()
    await until(() => ann.delivered.length === 2)
    change('b')
    receiveAll()
    live.setSourceUp(true)
    await until(() => ann.delivered.length === 4)
    change('b')
    receiveAll()
    expect(ann.delivered).toEqual(['GAP  ', 'SNAPSHOT b:1 ', 'CHANGE b:2 ', 'SNAPSHOT a:1 3', 'CHANGE b:3 4'])
    ann.stop()
  })

  it('gets up to 1,000 missed changes, and a GAP for more', async () => {
    const { change, receiveAll, subscribe } = rig()
    for (const _ of numbers(1_001)) change('a')
    receiveAll()
    const [ann, bob] = [1, 0].map((sequence) => subscribe({ created: 'incarnation 1', sequence }))
    await until(() => ann?.delivered.length === 1_000 && bob?.delivered.length === 2)
    expect([ann?.delivered[0], ann?.delivered.at(-1)]).toEqual(['CHANGE a:2 2', 'CHANGE a:1001 1001'])
    expect(bob?.delivered).toEqual(['GAP  ', 'SNAPSHOT a:1001 1001'])
    ann?.stop()
    bob?.stop()
  })

  it('that resumes in the middle of a snapshot gets a GAP, and no entities that have closed', async () => {
    const { change, receiveAll, subscribe } = rig()
    change('a')
    change('b')
    receiveAll()
    const ann = subscribe()
    await until(() => ann.delivered.length === 3)
    ann.stop()
    expect(ann.delivered.slice(0, 2)).toEqual(['GAP  ', 'SNAPSHOT a:1 '])
    change('a', false)
    receiveAll()
    const again = subscribe({ created: 'incarnation 1', sequence: null })
    await until(() => again.delivered.length === 2)
    expect(again.delivered).toEqual(['GAP  ', 'SNAPSHOT b:1 3'])
    again.stop()
  })

  it('has a cursor at once while nothing is open, and resumes from it without another GAP', async () => {
    const { change, receiveAll, subscribe } = rig()
    change('a')
    change('a', false)
    receiveAll()
    const ann = subscribe()
    await until(() => ann.delivered.length === 1)
    ann.stop()
    change('b')
    receiveAll()
    const again = subscribe({ created: 'incarnation 1', sequence: 2 })
    await until(() => again.delivered.length === 1)
    expect([...ann.delivered, ...again.delivered]).toEqual(['GAP  2', 'CHANGE b:1 3'])
    again.stop()
  })

  it('that is slow gets the newest state of what has changed, from which it can resume, and no GAP', async () => {
    const { change, receiveAll, subscribe } = rig()
    for (const entity of ['a', 'unchanged']) change(entity)
    receiveAll()
    let isReady = true
    const ann = subscribe(null, { isReady: () => isReady })
    await until(() => ann.delivered.length === 3)
    isReady = false
    for (const _ of numbers(40)) for (const entity of ['a', 'b']) change(entity)
    receiveAll()
    expect(ann.delivered).toHaveLength(3)
    isReady = true
    ann.drained()
    // A client drops at a GAP what it shows, and 'unchanged' would not come again.
    expect(ann.delivered.slice(3)).toEqual(['SNAPSHOT a:41 ', 'SNAPSHOT b:40 82'])
    ann.stop()
  })

  it('that is slow from the start gets the GAP before everything', async () => {
    const { change, receiveAll, subscribe } = rig()
    for (const entity of ['a', 'b']) change(entity)
    receiveAll()
    let isReady = false
    let hasSnapshot = false
    const ann = subscribe(null, {
      isReady: () => {
        hasSnapshot = true
        return isReady
      },
    })
    await until(() => hasSnapshot)
    for (const _ of numbers(70)) change('a')
    receiveAll()
    isReady = true
    ann.drained()
    expect(ann.delivered).toEqual(['GAP  ', 'SNAPSHOT b:1 ', 'SNAPSHOT a:71 72'])
    ann.stop()
  })

  it('that is slow and has too many entities gets a new snapshot when it is ready', async () => {
    const { change, receiveAll, subscribe } = rig()
    let isReady = true
    change('a')
    receiveAll()
    const ann = subscribe(null, { isReady: () => isReady })
    await until(() => ann.delivered.length === 2)
    isReady = false
    for (const number of numbers(1_100)) change(`n${number}`)
    receiveAll()
    isReady = true
    ann.drained()
    await until(() => ann.delivered.length === 2 + 1 + 1_101)
    expect(ann.delivered[2]).toBe('GAP  ')
    ann.stop()
  })

  it('gets the next update only after the last was delivered, even while it is ready', async () => {
    const { change, receiveAll, subscribe } = rig()
    const ends: (() => void)[] = []
    change('a')
    receiveAll()
    const ann = subscribe(null, { deliver: () => new Promise<void>((resolve) => ends.push(resolve)) })
    await until(() => ends.length === 1)
    change('a')
    change('a')
    receiveAll()
    expect(ends).toHaveLength(1)
    ends[0]?.()
    await until(() => ends.length === 2)
    ann.stop()
  })

  it.each([
    [
      'at once',
      () => {
        throw new Error('a bug')
      },
    ],
    ['later', () => Promise.reject(new Error('a bug'))],
  ])('whose delivery fails (%s) is ended, because it would miss an update', async (_, deliver) => {
    const { live, hub, change, receiveAll, subscribe, shared } = rig()
    live.setSourceUp(false)
    change('a')
    receiveAll()
    const failures: unknown[] = []
    subscribe(null, { deliver, failed: (error) => failures.push(error) })
    await until(() => failures.length > 0)
    change('a')
    receiveAll()
    expect([failures, hub.counts().subscribers]).toEqual([[new Error('a bug')], 0])
    await until(() => shared.streamReads.count() + shared.snapshotRequests.pending() === 0)
  })
})

it('limits reads of LIVE and snapshot requests when thousands subscribe at once, and serves all', async () => {
  const underWay = { stream: 0, source: 0 }
  let most = 0
  const live = createInMemoryLive(async (read) => {
    const target = read === 'ask' ? 'source' : 'stream'
    most = Math.max(most, ++underWay[target])
    await null
    underWay[target] -= 1
  })
  const { change, receiveAll, subscribe, shared } = rig(live)
  change('a')
  receiveAll()
  const all = numbers(2_000).map(() => subscribe())
  await until(() => all.every(({ delivered }) => delivered.length === 2))
  expect(most).toBeLessThanOrEqual(64)
  for (const { stop } of all) stop()
  await until(() => shared.streamReads.count() + shared.snapshotRequests.pending() === 0)
})

describe('the feed’s source', () => {
  /** A rig whose source answers by `ask`, or as usual where that returns null; `requests` has the feed of each request. */
  const rigWhere = (ask: (feed: string) => Promise<SnapshotAnswer> | null) => {
    const live = createInMemoryLive()
    const requests: string[] = []
    const source: LiveReader = {
      ...live.source,
      ask: (feed, ...rest) => {
        requests.push(feed)
        return ask(feed) ?? live.source.ask(feed, ...rest)
      },
    }
    return { ...rig({ ...live, source }), requests }
  }
  const never = () => new Promise<never>(() => {})

  it('delays no other feed while it hangs, and is requested again once for all waiters', async () => {
    const { change, receiveAll, subscribe, requests, shared } = rigWhere((feed) => (feed === 'hung' ? never() : null))
    change('a')
    receiveAll()
    const hung = numbers(300).map(() => subscribe(null, { patterns: ['live.hung.ann.*'] }))
    const ann = subscribe()
    await until(() => ann.delivered.length === 2)
    // After its timeout each goes on without it.
    await until(() => requests.filter((feed) => feed === 'hung').length > 64)
    expect(requests.filter((feed) => feed === 'hung')).toHaveLength(65)
    for (const { stop } of [...hung, ann]) stop()
    await until(() => shared.streamReads.count() === 0)
  })

  it('is ignored where it answers with other subjects, and is not requested for ever', async () => {
    const foreign = { subject: 'live.news.bob.b', revision: 1, open: true, state: {} }
    const own = { subject: 'live.news.ann.a', revision: 1, open: true, state: {} }
    const { receiveAll, subscribe } = rigWhere(async () => ({ states: [foreign, own], next: null }))
    receiveAll()
    const ann = subscribe()
    await until(() => ann.delivered.length === 2)
    expect(ann.delivered).toEqual(['GAP  ', 'SNAPSHOT a:1 0'])
    ann.stop()
  })

  it('may be slow while many messages are published: the snapshot follows with the next request', async () => {
    const { change, receiveAll, subscribe } = rigWhere(() => {
      for (const _ of numbers(1_001)) change('a')
      receiveAll()
      return null
    })
    change('b')
    const ann = subscribe()
    await until(() => ann.delivered.length === 1_003)
    expect([ann.delivered[1], ann.delivered.at(-1)]).toEqual(['CHANGE a:1002 ', 'SNAPSHOT b:1 2003'])
    ann.stop()
  })

  it('may be down while LIVE has too many states: changes are delivered at once, the snapshot later', async () => {
    const { live, change, receiveAll, subscribe } = rig()
    for (const number of numbers(1_100)) change(`n${number}`)
    receiveAll()
    live.setSourceUp(false)
    const ann = subscribe()
    await until(() => {
      change('n1')
      receiveAll()
      return ann.delivered.length > 1
    })
    expect(ann.delivered[0]).toBe('GAP  ')
    expect(ann.delivered[1]).toMatch(/^CHANGE n1:\d+ $/)
    live.setSourceUp(true)
    await until(() => ann.delivered.length === 1_101)
    change('n1')
    receiveAll()
    expect(ann.delivered.at(-1)).toMatch(/^CHANGE n1:\d+ \d+$/)
    ann.stop()
  })
})
