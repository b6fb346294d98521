import { beforeEach, describe, expect, it } from '@jest/globals'
import { type ExecutionResult, OperationTypeNode } from 'graphql'
import { pino } from 'pino'
import { until } from '../../chassis/testing/until.ts'
import { formatError } from '../errors.ts'
import type { EventData } from '../operation.ts'
import { createPrepare } from '../request/prepare.ts'
import { createOperationReader } from '../request/read-operation.ts'
import { loadSupergraph, type Supergraph } from '../supergraph/load.ts'
import { auction } from '../testing/auction.ts'
import { operationOf } from '../testing/operation.ts'
import { compose } from '../testing/router.ts'
import { createDeliveryContext, type DeliveryContext } from './delivery/context.ts'
import { createCursors } from './delivery/cursor.ts'
import { createHub, type Hub } from './delivery/hub.ts'
import { createSubscribe, type RunningSubscriptions } from './subscribe.ts'
import type { Sink } from './types.ts'

const supergraph = loadSupergraph(compose(auction.map((subgraph) => ({ ...subgraph, url: 'http://127.0.0.1:1' }))))
const log = pino({ level: 'silent' })
const HELD = 'subscription { lotUpdated { kind lot { title } } }'
const ASKS = 'subscription { lotUpdated { kind lot { title seller { name } } } }'
const CREATED = '2026-01-01T00:00:00Z'

let hub: Hub
let delivery: DeliveryContext
let reads = 0
let makeSubscribe: (on: Supergraph) => ReturnType<typeof createSubscribe>
let subscriptions: ReturnType<typeof createSubscribe>
/** What others are being asked for, and how they answer. */
let asked: { title: unknown; answer: (name: string) => void; fail: () => void }[]

beforeEach(() => {
  hub = createHub(log)
  asked = []
  const execute = (_: unknown, __: unknown, given?: EventData) => {
    const { promise, resolve, reject } = Promise.withResolvers<ExecutionResult>()
    const update = given?.data.lotUpdated as { lot: { title: string } } // as asked for above
    asked.push({
      title: update.lot.title,
      answer: (name) => resolve({ data: { lotUpdated: { ...update, lot: { ...update.lot, seller: { name } } } } }),
      fail: () => reject(new Error('a bug')),
    })
    return promise
  }
  const source = {
    state: async () => ({ created: CREATED, firstSequence: 1, lastSequence: hub.position() }),
    latest: async () => [],
    since: async () => {
      reads += 1
      return []
    },
    ask: async () => ({ states: [], next: null }),
  }
  delivery = createDeliveryContext({ hub, reader: source, log })
  const live = { delivery, cursors: createCursors('s'.repeat(32), log) }
  const running: RunningSubscriptions = new Set()
  const send = async () => ({ failure: 'unavailable' as const, cause: 'nobody is asked here' })
  makeSubscribe = (supergraph) =>
    createSubscribe({
      ...{ supergraph, prepare: createPrepare({ supergraph, send, log }), execute, send, live, running, log },
      ...{ readOperation: createOperationReader(supergraph.clientSchema), formatError: formatError(() => {}) },
    })
  subscriptions = makeSubscribe(supergraph)
  hub.follower.began({ created: CREATED, sequence: 0 })
})

async function subscribe(source: string, user = 'ann', next?: (text: string) => void) {
  const told: { kind: string; lot: object | null }[] = []
  const ended: unknown[] = []
  let isReady = true
  const sink: Sink = {
    next: next ?? ((text) => told.push(JSON.parse(text).data.lotUpdated)),
    isReady: () => isReady,
    end: (reason) => ended.push(reason),
  }
  const who = { claims: { sub: user, roles: [], scopes: [] }, expiresAt: null, headers: {} }
  const request = { operation: operationOf(supergraph.clientSchema, source), variables: {} }
  const operation = { request, kind: OperationTypeNode.SUBSCRIPTION, source: { query: source, operationName: null } }
  const before = reads
  const subscription = await subscriptions.subscribe(operation, who, sink)
  if ('errors' in subscription) throw subscription.errors[0]
  // From here on it is told what changes.
  await until(() => reads > before && delivery.streamReads.count() === 0)
  const ready = (now: boolean) => {
    isReady = now
  }
  return { told, ended, ...subscription, ready }
}
let revision = 0
/** A lot changes; answers its new title. */
const change = (user = 'ann') => {
  revision += 1
  const sequence = hub.position() + 1
  const state = { lot: { id: 'l1', title: `title ${revision}`, seller: { id: 'p1' } } }
  hub.follower.message({ subject: `live.lots.${user}.l1`, entity: 'l1', sequence, revision, open: true, state })
  return state.lot.title
}

const nothing = { subscribers: 0, patterns: 0, layouts: 0, waiters: 0 }

describe('subscriptions', () => {
  it('leave nothing behind after stop, even if it is called repeatedly', async () => {
    const all = [await subscribe(HELD), await subscribe(HELD), await subscribe(HELD, 'bob'), await subscribe(ASKS)]
    change()
    expect([hub.counts().subscribers, subscriptions.channels()]).toEqual([4, 3])
    for (const { stop } of [...all, ...all]) stop()
    expect([hub.counts(), subscriptions.channels()]).toEqual([nothing, 0])
    const titles = all.map(({ told }) => told.length)
    change()
    expect(all.map(({ told }) => told.length)).toEqual(titles)
  })

  it('are delivered in order, even if some need fetches', async () => {
    const { told } = await subscribe(ASKS)
    const titles = [change(), change(), change()]
    for (const index of titles.keys()) {
      await until(() => asked.length === index + 1)
      expect(told).toHaveLength(index)
      asked[index]?.answer(`name ${index}`)
      await until(() => told.length === index + 1)
    }
    expect(told).toEqual(
      titles.map((title, index) => ({ kind: 'CHANGE', lot: { title, seller: { name: `name ${index}` } } })),
    )
  })

  it('deliver nothing after stop, even if a fetch is under way', async () => {
    const { told, ended, stop } = await subscribe(ASKS)
    const other = await subscribe(ASKS)
    change()
    await until(() => asked.length === 1)
    stop()
    asked[0]?.answer('late')
    await until(() => other.told.length === 1)
    expect([told, ended]).toEqual([[], []])
  })

  it('go on after an update that could not be completed, which says so', async () => {
    const texts: string[] = []
    await subscribe(ASKS, 'ann', (text) => texts.push(text))
    change()
    await until(() => asked.length === 1)
    asked[0]?.fail()
    await until(() => texts.length === 1)
    expect(JSON.parse(texts[0] ?? '')).toEqual({
      data: { lotUpdated: { kind: 'CHANGE', lot: null } },
      errors: [{ message: 'Something went wrong here.', extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
    })
    change()
    await until(() => asked.length === 2)
  })

  it('wait for a client that is slow', async () => {
    const { told, ready, drained } = await subscribe(HELD)
    ready(false)
    const titles = [change(), change()]
    expect(told).toEqual([])
    ready(true)
    drained()
    expect(told).toEqual(titles.map((title) => ({ kind: 'CHANGE', lot: { title } })))
  })

  it('end if delivery to their client fails, and leave nothing behind', async () => {
    const { ended } = await subscribe(HELD, 'ann', () => {
      throw new Error('The socket is in an impossible state.')
    })
    change()
    expect(ended).toEqual([{ message: 'Something went wrong here.', code: 'INTERNAL_SERVER_ERROR' }])
    expect([hub.counts(), subscriptions.channels()]).toEqual([nothing, 0])
  })
})

describe('another supergraph', () => {
  /** The same subscriptions, told by this supergraph from now on. */
  const goOnBy = (sdl: (auction: string) => string) => {
    const changed = auction.map((subgraph) => ({
      ...subgraph,
      url: 'http://127.0.0.1:1',
      typeDefs: sdl(subgraph.typeDefs),
    }))
    const next = makeSubscribe(loadSupergraph(compose(changed)))
    next.moveAll()
    return next
  }

  it('continues the subscriptions that it supports, without a gap', async () => {
    const [held, asks] = [await subscribe(HELD), await subscribe(ASKS)]
    change()
    await until(() => asked.length === 1)
    const next = goOnBy((sdl) => sdl)
    expect([next.channels(), subscriptions.channels()]).toEqual([2, 0])
    asked[0]?.answer('before') // It was asked for by the old one.
    await until(() => asks.told.length === 1)
    change()
    await until(() => asked.length === 2)
    asked[1]?.answer('after')
    await until(() => asks.told.length === 2)
    expect([held.told.length, asks.told.length, held.ended, asks.ended]).toEqual([2, 2, [], []])
    held.stop()
    asks.stop()
    expect([hub.counts(), next.channels()]).toEqual([nothing, 0])
  })

  it('ends subscriptions whose fields it lacks, with a reason', async () => {
    const [held, asks] = [await subscribe(HELD), await subscribe(ASKS)]
    const next = goOnBy((sdl) => sdl.replace(/\bname: String!?/, ''))
    expect([held.ended, asks.ended]).toEqual([[], [expect.objectContaining({ code: 'SCHEMA_CHANGED' })]])
    change()
    expect([held.told.length, asks.told.length, asked.length]).toEqual([1, 0, 0])
    held.stop()
    expect([hub.counts(), next.channels()]).toEqual([nothing, 0])
  })
})
