import { beforeEach, describe, expect, it } from '@jest/globals'
import { createLogger } from '../../../chassis/log.ts'
import { createHub, type Hub, matches } from './hub.ts'

const log = createLogger('test')
log.level = 'silent'

let hub: Hub
/** The delivered messages, as `<listener> <sequence>`. */
let delivered: string[]
const publish = (subject: string, sequence: number) =>
  hub.follower.message({ subject, sequence, entity: 'a', revision: 1, open: true, state: {} })
const join = (name: string, ...patterns: string[]) =>
  hub.join(patterns, {
    message: ({ sequence }) => void delivered.push(`${name} ${sequence}`),
    restarted: () => void delivered.push(`${name} restarted`),
  })

beforeEach(() => {
  hub = createHub(log)
  delivered = []
  hub.follower.began({ created: 'incarnation 1', sequence: 10 })
})

describe('a message', () => {
  it('reaches the listeners with a matching pattern', () => {
    join('ann', 'live.news.ann.*')
    join('ann’s a', 'live.news.ann.a')
    join('bob', 'live.news.bob.*')
    join('shop', 'live.shop.ann.*.*')
    join('any s1', 'live.shop.*.s1.*')
    join('two', 'live.news.ann.a', 'live.shop.ann.s1.b')
    publish('live.news.ann.a', 11)
    publish('live.news.ann.b', 12)
    publish('live.shop.ann.s1.b', 13)
    publish('live.news.carl.a', 14)
    expect(delivered.sort()).toEqual(
      ['ann 11', 'ann 12', 'any s1 13', 'ann’s a 11', 'shop 13', 'two 11', 'two 13'].sort(),
    )
    expect(hub.position()).toBe(14)
  })

  it('reaches the other listeners if one fails', () => {
    hub.join(['live.news.ann.a'], {
      message: () => {
        throw new Error('a bug')
      },
      restarted: () => {
        throw new Error('a bug')
      },
    })
    join('ann', 'live.news.ann.a')
    publish('live.news.ann.a', 11)
    hub.follower.began({ created: 'incarnation 2', sequence: 0 })
    expect([delivered, hub.created(), hub.position()]).toEqual([['ann 11', 'ann restarted'], 'incarnation 2', 0])
  })

  it('is counted in the position before listeners get it', () => {
    let position = 0
    hub.join(['live.news.ann.a'], {
      message: () => {
        position = hub.position()
      },
      restarted: () => {},
    })
    publish('live.news.ann.a', 11)
    expect(position).toBe(11)
  })
})

it('calls back when a sequence is reached, unless it is cancelled or the stream restarts', () => {
  const reached: string[] = []
  hub.whenReached(10, () => reached.push('10'))
  hub.whenReached(12, () => reached.push('12'))
  hub.whenReached(12, () => reached.push('cancelled'))()
  hub.whenReached(14, () => reached.push('14'))
  hub.follower.skipped(11)
  expect(reached).toEqual(['10'])
  publish('live.news.ann.a', 13)
  expect(reached).toEqual(['10', '12'])
  hub.follower.began({ created: 'incarnation 2', sequence: 20 })
  publish('live.news.ann.a', 21)
  expect(reached).toEqual(['10', '12'])
})

it('holds nothing for listeners that left', () => {
  const leaves = [join('ann', 'live.news.ann.*', 'live.news.ann.a'), join('bob', 'live.news.ann.*')]
  expect(hub.counts()).toEqual({ subscribers: 2, patterns: 2, layouts: 2, waiters: 0 })
  for (const leave of [...leaves, ...leaves]) leave()
  publish('live.news.ann.a', 11)
  expect([delivered, hub.counts()]).toEqual([[], { subscribers: 0, patterns: 0, layouts: 0, waiters: 0 }])
})

it('matches whole subjects', () => {
  expect(matches('live.*.a', 'live.x.a')).toBe(true)
  for (const subject of ['live.x.b', 'live.x.a.b', 'live.x', 'xlive.x.a'])
    expect(matches('live.*.a', subject)).toBe(false)
})
