import { beforeEach, describe, expect, it } from '@jest/globals'
import { type ExecutionResult, OperationTypeNode } from 'graphql'
import { pino } from 'pino'
import { until } from '../../chassis/testing/until.ts'
import { formatError } from '../errors.ts'
import { createBackgroundQueue, createWorkQueue } from '../limits/work-queue.ts'
import type { EventData } from '../operation.ts'
import { prepareInTurns } from '../request/in-turns.ts'
import { createPrepare, type Preparer } from '../request/prepare.ts'
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
const FROM_MESSAGE = 'subscription { lotUpdated { kind lot { title } } }'
const WITH_FETCH = 'subscription { lotUpdated { kind lot { title seller { name } } } }'
const CREATED = '2026-01-01T00:00:00Z'

/** Plans what is new at the client's next turn. One client owes work. */
const work = createWorkQueue({ charge: () => {}, owes: (client) => (client === 'user debtor' ? 700 : 0) })

const background = createBackgroundQueue({ owes: () => 0 })
const planning = (prepare: Preparer) => ({ prepare, prepareInTurn: prepareInTurns(prepare, work, background) })

let hub: Hub
let delivery: DeliveryContext
let reads = 0
let createFor: (on: Supergraph) => ReturnType<typeof createSubscribe>
let subscriptions: ReturnType<typeof createSubscribe>
/** The fetches under way, which the test answers. */
let fetches: { title: unknown; answer: (name: string) => void; fail: () => void }[]

beforeEach(() => {
  hub = createHub(log)
  fetches = []
  const execute = (_: unknown, __: unknown, event?: EventData) => {
    const { promise, resolve, reject } = Promise.withResolvers<ExecutionResult>()
    const update = event?.data.lotUpdated as { lot: { title: string } } // as selected above
    fetches.push({
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
  const send = async () => ({ failure: 'unavailable' as const, cause: 'this test has no subgraphs' })
  createFor = (supergraph) =>
    createSubscribe({
      ...{ supergraph, ...planning(createPrepare({ supergraph, send, log })), work, execute, send, live, running, log },
      ...{ readOperation: createOperationReader(supergraph.clientSchema), formatError: formatError(() => {}) },
    })
  subscriptions = createFor(supergraph)
  hub.follower.began({ created: CREATED, sequence: 0 })
})

async function subscribe(source: string, user = 'ann', next?: (text: string) => void) {
  const delivered: { kind: string; lot: object | null }[] = []
  const ended: unknown[] = []
  let isReady = true
  const sink: Sink = {
    next: (text) => {
      if (text.includes('"kind":"GAP"')) return // every subscription's first update
      if (next) return next(text)
      delivered.push(JSON.parse(text).data.lotUpdated)
    },
    isReady: () => isReady,
    end: (reason) => ended.push(reason),
  }
  const claims = { sub: user, roles: [], scopes: [] }
  const caller = { claims, expiresAt: null, headers: {}, quotaKey: `user ${user}` }
  const request = { operation: operationOf(supergraph.clientSchema, source), variables: {} }
  const kind = OperationTypeNode.SUBSCRIPTION
  const operation = { request, kind, hasSecret: false, source: { query: source, operationName: null } }
  const before = reads
  const subscription = await subscriptions.subscribe(operation, caller, sink)
  if ('errors' in subscription) throw subscription.errors[0]
  // From here on it gets each change.
  await until(() => reads > before && delivery.streamReads.count() === 0)
  const ready = (now: boolean) => {
    isReady = now
  }
  return { delivered, ended, ...subscription, ready }
}
let revision = 0
/** Changes a lot; returns its new title. */
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
    const all = [
      await subscribe(FROM_MESSAGE),
      await subscribe(FROM_MESSAGE),
      await subscribe(FROM_MESSAGE, 'bob'),
      await subscribe(WITH_FETCH),
    ]
    change()
    expect([hub.counts().subscribers, subscriptions.channels()]).toEqual([4, 3])
    for (const { stop } of [...all, ...all]) stop()
    expect([hub.counts(), subscriptions.channels()]).toEqual([nothing, 0])
    const titles = all.map(({ delivered }) => delivered.length)
    change()
    expect(all.map(({ delivered }) => delivered.length)).toEqual(titles)
  })

  it('are planned in a turn, which a client that owes work does not get', async () => {
    await expect(subscribe(FROM_MESSAGE, 'debtor')).rejects.toThrow('Too many requests')
    await subscribe(FROM_MESSAGE, 'ann')
    const { delivered } = await subscribe(FROM_MESSAGE, 'debtor') // It is planned by now.
    change('debtor')
    expect(delivered).toHaveLength(1)
  })

  it('are delivered in order, even if some need fetches', async () => {
    const { delivered } = await subscribe(WITH_FETCH)
    const titles = [change(), change(), change()]
    for (const index of titles.keys()) {
      await until(() => fetches.length === index + 1)
      expect(delivered).toHaveLength(index)
      fetches[index]?.answer(`name ${index}`)
      await until(() => delivered.length === index + 1)
    }
    expect(delivered).toEqual(
      titles.map((title, index) => ({ kind: 'CHANGE', lot: { title, seller: { name: `name ${index}` } } })),
    )
  })

  it('deliver nothing after stop, even if a fetch is under way', async () => {
    const { delivered, ended, stop } = await subscribe(WITH_FETCH)
    const other = await subscribe(WITH_FETCH)
    change()
    await until(() => fetches.length === 1)
    stop()
    fetches[0]?.answer('late')
    await until(() => other.delivered.length === 1)
    expect([delivered, ended]).toEqual([[], []])
  })

  it('go on after an update that could not be completed, which has an error', async () => {
    const texts: string[] = []
    await subscribe(WITH_FETCH, 'ann', (text) => texts.push(text))
    change()
    await until(() => fetches.length === 1)
    fetches[0]?.fail()
    await until(() => texts.length === 1)
    expect(JSON.parse(texts[0] ?? '')).toEqual({
      data: { lotUpdated: { kind: 'CHANGE', lot: null } },
      errors: [{ message: 'Something went wrong here.', extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
    })
    change()
    await until(() => fetches.length === 2)
  })

  it('wait for a client that is slow', async () => {
    const { delivered, ready, drained } = await subscribe(FROM_MESSAGE)
    ready(false)
    const titles = [change(), change()]
    expect(delivered).toEqual([])
    ready(true)
    drained()
    expect(delivered).toEqual(titles.map((title) => ({ kind: 'CHANGE', lot: { title } })))
  })

  it('end if delivery to their client fails, and leave nothing behind', async () => {
    const { ended } = await subscribe(FROM_MESSAGE, 'ann', () => {
      throw new Error('The socket is in an impossible state.')
    })
    change()
    expect(ended).toEqual([{ message: 'Something went wrong here.', code: 'INTERNAL_SERVER_ERROR' }])
    expect([hub.counts(), subscriptions.channels()]).toEqual([nothing, 0])
  })
})

describe('another supergraph', () => {
  /** Moves all subscriptions to a changed supergraph. */
  const moveTo = (sdl: (auction: string) => string) => {
    const changed = auction.map((subgraph) => ({
      ...subgraph,
      url: 'http://127.0.0.1:1',
      typeDefs: sdl(subgraph.typeDefs),
    }))
    const next = createFor(loadSupergraph(compose(changed)))
    next.moveAll()
    return next
  }

  it('continues the subscriptions that it supports, without a gap', async () => {
    const [direct, fetching] = [await subscribe(FROM_MESSAGE), await subscribe(WITH_FETCH)]
    change()
    await until(() => fetches.length === 1)
    const next = moveTo((sdl) => sdl)
    expect([next.channels(), subscriptions.channels()]).toEqual([2, 0])
    fetches[0]?.answer('before') // fetched by the old supergraph
    await until(() => fetching.delivered.length === 1)
    change()
    await until(() => fetches.length === 2)
    fetches[1]?.answer('after')
    await until(() => fetching.delivered.length === 2)
    expect([direct.delivered.length, fetching.delivered.length, direct.ended, fetching.ended]).toEqual([2, 2, [], []])
    direct.stop()
    fetching.stop()
    expect([hub.counts(), next.channels()]).toEqual([nothing, 0])
  })

  it('ends subscriptions whose fields it lacks, with a reason', async () => {
    const [direct, fetching] = [await subscribe(FROM_MESSAGE), await subscribe(WITH_FETCH)]
    const next = moveTo((sdl) => sdl.replace(/\bname: String!?/, ''))
    expect([direct.ended, fetching.ended]).toEqual([[], [expect.objectContaining({ code: 'SCHEMA_CHANGED' })]])
    change()
    expect([direct.delivered.length, fetching.delivered.length, fetches.length]).toEqual([1, 0, 0])
    direct.stop()
    expect([hub.counts(), next.channels()]).toEqual([nothing, 0])
  })
})
