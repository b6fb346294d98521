import { describe, expect, it } from '@jest/globals'
import type { SnapshotAnswer } from '../../../chassis/live.ts'
import { createLogger } from '../../../chassis/log.ts'
import { until } from '../../../chassis/testing/until.ts'
import { liveWorld } from '../testing/live-world.ts'
import { runSchedule } from '../testing/schedule.ts'
import { createDeliveryContext } from './context.ts'
import type { CursorPosition } from './cursor.ts'
import { deliverUpdates } from './deliver-updates.ts'
import type { LiveReader } from './stream-reads.ts'
import type { SubscriberOptions } from './subscriber.ts'

const log = createLogger('test')
log.level = 'silent'

/** A router that has heard all, and a subscriber that is told at once. */
function rig(world = liveWorld()) {
  const { hub, receiveNext } = world.router(log)
  const timing = { sourceTimeoutMs: 100, repeatMs: 5, retryMs: 5, schedule }
  const shared = createDeliveryContext({ hub, reader: world.source, log, timing })
  const hearAll = () => {
    while (world.relay());
    while (receiveNext());
  }
  const change = (entity: string, open = true) => world.commit(entity, `live.news.ann.${entity}`, open)
  receiveNext()
  const subscribe = (after: CursorPosition | null = null, more: Partial<SubscriberOptions> = {}) => {
    const told: string[] = []
    const subscription = deliverUpdates(shared, {
      patterns: ['live.news.ann.*'],
      after,
      isReady: () => true,
      deliver: ({ kind, entry, resume }) =>
        void told.push([kind, entry ? `${entry.entity}:${entry.revision}` : '', resume].join(' ')),
      failed: () => {},
      ...more,
    })
    return { told, ...subscription }
  }
  return { world, hub, hearAll, change, subscribe, shared }
}
const schedule = (ms: number, then: () => void) => {
  // real time: it is the subject's own, and what hangs is the only one to meet it
  const timer = setTimeout(then, ms)
  return () => clearTimeout(timer)
}
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

describe('a subscriber', () => {
  it('gets each change exactly once, in any order of events (1,500 schedules)', async () => {
    for (let seed = 1; seed <= 1_500; seed++) {
      const wrong = await runSchedule(seed, log)
      if (wrong) throw new Error(wrong)
    }
  })

  it('gets a snapshot, then each change; only the snapshot’s last update can be resumed from', async () => {
    const { change, hearAll, subscribe } = rig()
    for (const entity of ['b', 'a', 'c']) change(entity)
    change('c', false)
    hearAll()
    const ann = subscribe()
    await until(() => ann.told.length === 2)
    change('b', false)
    hearAll()
    expect(ann.told).toEqual(['SNAPSHOT a:1 ', 'SNAPSHOT b:1 4', 'CHANGE b:2 5'])
    ann.stop()
  })

  it('gets a closed entity that it names', async () => {
    const { change, hearAll, subscribe } = rig()
    change('a', false)
    change('b')
    hearAll()
    const ann = subscribe(null, { patterns: ['live.news.ann.a'] })
    await until(() => ann.told.length === 1)
    expect(ann.told).toEqual(['SNAPSHOT a:1 2'])
    ann.stop()
  })

  it('gets LIVE’s states while the feed’s source is down, and the rest when it is back', async () => {
    const { world, change, hearAll, subscribe } = rig()
    change('a')
    hearAll()
    world.retain(0)
    change('b')
    hearAll()
    world.setSourceUp(false)
    const ann = subscribe()
    await until(() => ann.told.length === 1)
    change('b')
    hearAll()
    world.setSourceUp(true)
    await until(() => ann.told.length === 3)
    change('b')
    hearAll()
    expect(ann.told).toEqual(['SNAPSHOT b:1 ', 'CHANGE b:2 ', 'SNAPSHOT a:1 3', 'CHANGE b:3 4'])
    ann.stop()
  })

  it('gets up to 1,000 missed changes, and a GAP for more', async () => {
    const { change, hearAll, subscribe } = rig()
    for (const _ of numbers(1_001)) change('a')
    hearAll()
    const [ann, bob] = [1, 0].map((sequence) => subscribe({ created: 'life 1', sequence }))
    await until(() => ann?.told.length === 1_000 && bob?.told.length === 2)
    expect([ann?.told[0], ann?.told.at(-1)]).toEqual(['CHANGE a:2 2', 'CHANGE a:1001 1001'])
    expect(bob?.told).toEqual(['GAP  ', 'SNAPSHOT a:1001 1001'])
    ann?.stop()
    bob?.stop()
  })

  it('that resumes in the middle of a snapshot gets a GAP, and no entities that have closed', async () => {
    const { change, hearAll, subscribe } = rig()
    change('a')
    change('b')
    hearAll()
    const ann = subscribe()
    await until(() => ann.told.length === 2)
    ann.stop()
    expect(ann.told[0]).toBe('SNAPSHOT a:1 ')
    change('a', false)
    hearAll()
    const again = subscribe({ created: 'life 1', sequence: null })
    await until(() => again.told.length === 2)
    expect(again.told).toEqual(['GAP  ', 'SNAPSHOT b:1 3'])
    again.stop()
  })

  it('that gets a GAP while nothing is open can resume from its cursor without another GAP', async () => {
    const { change, hearAll, subscribe } = rig()
    change('a')
    change('a', false)
    hearAll()
    const ann = subscribe({ created: 'life 0', sequence: 7 })
    await until(() => ann.told.length === 1)
    ann.stop()
    change('b')
    hearAll()
    const again = subscribe({ created: 'life 1', sequence: 2 })
    await until(() => again.told.length === 1)
    expect([...ann.told, ...again.told]).toEqual(['GAP  2', 'CHANGE b:1 3'])
    again.stop()
  })

  it('that is slow gets the newest states after a GAP, from which it can resume', async () => {
    const { change, hearAll, subscribe } = rig()
    change('a')
    hearAll()
    let isReady = true
    const ann = subscribe(null, { isReady: () => isReady })
    await until(() => ann.told.length === 1)
    isReady = false
    for (const _ of numbers(40)) for (const entity of ['a', 'b']) change(entity)
    hearAll()
    expect(ann.told).toHaveLength(1)
    isReady = true
    ann.drained()
    expect(ann.told).toEqual(['SNAPSHOT a:1 1', 'GAP  1', 'SNAPSHOT a:41 ', 'SNAPSHOT b:40 81'])
    ann.stop()
  })

  it('that is slow and has too many entities gets a new snapshot when it is ready', async () => {
    const { change, hearAll, subscribe } = rig()
    let isReady = true
    change('a')
    hearAll()
    const ann = subscribe(null, { isReady: () => isReady })
    await until(() => ann.told.length === 1)
    isReady = false
    for (const number of numbers(1_100)) change(`n${number}`)
    hearAll()
    isReady = true
    ann.drained()
    await until(() => ann.told.length === 1 + 1 + 1_101)
    expect(ann.told[1]).toBe('GAP  ')
    ann.stop()
  })

  it('gets the next update only after the last was delivered, even while it is ready', async () => {
    const { change, hearAll, subscribe } = rig()
    const ends: (() => void)[] = []
    change('a')
    hearAll()
    const ann = subscribe(null, { deliver: () => new Promise<void>((resolve) => ends.push(resolve)) })
    await until(() => ends.length === 1)
    change('a')
    change('a')
    hearAll()
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
    const { world, hub, change, hearAll, subscribe, shared } = rig()
    world.setSourceUp(false)
    change('a')
    hearAll()
    const failures: unknown[] = []
    subscribe(null, { deliver, failed: (error) => failures.push(error) })
    await until(() => failures.length > 0)
    change('a')
    hearAll()
    expect([failures, hub.counts().subscribers]).toEqual([[new Error('a bug')], 0])
    await until(() => shared.streamReads.count() + shared.snapshotRequests.pending() === 0)
  })
})

it('limits reads of LIVE and snapshot requests when thousands subscribe at once, and serves all', async () => {
  const atOnce = { live: 0, owner: 0 }
  let most = 0
  const world = liveWorld(async (what) => {
    const who = what === 'ask' ? 'owner' : 'live'
    most = Math.max(most, ++atOnce[who])
    await null
    atOnce[who] -= 1
  })
  const { change, hearAll, subscribe, shared } = rig(world)
  change('a')
  hearAll()
  const all = numbers(2_000).map(() => subscribe())
  await until(() => all.every(({ told }) => told.length === 1))
  expect(most).toBeLessThanOrEqual(64)
  for (const { stop } of all) stop()
  await until(() => shared.streamReads.count() + shared.snapshotRequests.pending() === 0)
})

describe('the feed’s source', () => {
  /** A world where `ask` answers otherwise, if it does; counts how often it was asked. */
  const worldWhere = (ask: (feed: string) => Promise<SnapshotAnswer> | null) => {
    const world = liveWorld()
    const asked: string[] = []
    const source: LiveReader = {
      ...world.source,
      ask: (feed, ...question) => {
        asked.push(feed)
        return ask(feed) ?? world.source.ask(feed, ...question)
      },
    }
    return { ...rig({ ...world, source }), asked }
  }
  const never = () => new Promise<never>(() => {})

  it('delays no other feed while it hangs, and is asked again once for all waiters', async () => {
    const { change, hearAll, subscribe, asked, shared } = worldWhere((feed) => (feed === 'hung' ? never() : null))
    change('a')
    hearAll()
    const hung = numbers(300).map(() => subscribe(null, { patterns: ['live.hung.ann.*'] }))
    const ann = subscribe()
    await until(() => ann.told.length === 1)
    // Then each goes on without it.
    await until(() => asked.filter((feed) => feed === 'hung').length > 64)
    expect(asked.filter((feed) => feed === 'hung')).toHaveLength(65)
    for (const { stop } of [...hung, ann]) stop()
    await until(() => shared.streamReads.count() === 0)
  })

  it('is ignored where it answers with other subjects, and is not asked for ever', async () => {
    const foreign = { subject: 'live.news.bob.b', revision: 1, open: true, state: {} }
    const own = { subject: 'live.news.ann.a', revision: 1, open: true, state: {} }
    const { hearAll, subscribe } = worldWhere(async () => ({ states: [foreign, own], next: null }))
    hearAll()
    const ann = subscribe()
    await until(() => ann.told.length === 1)
    expect(ann.told).toEqual(['SNAPSHOT a:1 0'])
    ann.stop()
  })

  it('may be slow while many messages are published: the snapshot follows with the next request', async () => {
    const { change, hearAll, subscribe } = worldWhere(() => {
      for (const _ of numbers(1_001)) change('a')
      hearAll()
      return null
    })
    change('b')
    const ann = subscribe()
    await until(() => ann.told.length === 1_002)
    expect([ann.told[0], ann.told.at(-1)]).toEqual(['CHANGE a:1002 ', 'SNAPSHOT b:1 2003'])
    ann.stop()
  })

  it('may be down while LIVE has too many states: changes are delivered at once, the snapshot later', async () => {
    const { world, change, hearAll, subscribe } = rig()
    for (const number of numbers(1_100)) change(`n${number}`)
    hearAll()
    world.setSourceUp(false)
    const ann = subscribe()
    await until(() => {
      change('n1')
      hearAll()
      return ann.told.length > 0
    })
    expect(ann.told[0]).toMatch(/^CHANGE n1:\d+ $/)
    world.setSourceUp(true)
    await until(() => ann.told.length === 1_100)
    change('n1')
    hearAll()
    expect(ann.told.at(-1)).toMatch(/^CHANGE n1:\d+ \d+$/)
    ann.stop()
  })
})
