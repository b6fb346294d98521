import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { createLogger } from '../log.ts'
import { type NatsServer, natsServer } from '../testing/nats-server.ts'
import { testStream } from '../testing/streams.ts'
import { until } from '../testing/until.ts'
import { ensureStream } from './keep-streams.ts'
import { type LiveSource, liveSource } from './live-source.ts'

const log = createLogger('test')
log.level = 'silent'
const TIMING = { heartbeatMs: 200, retryMs: 20 }

let server: NatsServer
let rig: Awaited<ReturnType<typeof testStream>>
let source: LiveSource
/** What was received, in order: `began`, the revisions, and `skipped` for invalid messages. */
let received: (number | string)[]
let following: { stop(): Promise<void> } | undefined

beforeAll(async () => {
  server = await natsServer()
})
afterAll(() => server.end())
beforeEach(async () => {
  received = []
  rig = await testStream(server.url)
  rig.stream = { ...rig.stream, allow_direct: true, max_bytes: 50_000 } as typeof rig.stream
  await ensureStream(rig.nats, rig.stream)
  source = liveSource(rig.nats, log, rig.stream, TIMING)
})
afterEach(async () => {
  await following?.stop()
  following = undefined
  await rig.end()
})

const follow = async () => {
  following = liveSource(rig.nats, log, rig.stream, TIMING).follow({
    began: () => void received.push('began'),
    message: ({ revision }) => void received.push(revision),
    skipped: () => void received.push('skipped'),
  })
  await until(() => received.length > 0)
}
/** The stream exists, again. */
const created = () => until(() => rig.nats.whileConnected(() => ensureStream(rig.nats, rig.stream)))
/** Delays every read of the stream's state until the returned function is called. */
const delayStreamInfo = () => {
  const { streams } = rig.nats.manager
  const info = streams.info.bind(streams)
  const { promise, resolve } = Promise.withResolvers<void>()
  const delayed = jest.spyOn(streams, 'info').mockImplementation(async (...args) => {
    await promise
    return info(...args)
  })
  return () => {
    delayed.mockRestore()
    resolve()
  }
}
const publish = (revision: number, key = 'a', overrides: object = {}) => {
  const body = JSON.stringify({ revision, open: true, state: { text: 'hello' }, ...overrides })
  return until(() => rig.nats.whileConnected(() => rig.nats.jetstream.publish(`${rig.prefix}.${key}`, body)))
}
const publishAll = async (from: number, to: number) => {
  for (let revision = from; revision <= to; revision++) await publish(revision)
}
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index)
const revisions = (found: Awaited<ReturnType<LiveSource['latest']>>) =>
  found === 'too many' ? found : found.map(({ entity, revision }) => `${entity}${revision}`)

describe('following', () => {
  it('delivers everything from now on, once, in order; invalid messages are skipped', async () => {
    await publish(1)
    await follow()
    await publish(2)
    await rig.nats.jetstream.publish(`${rig.prefix}.a`, 'hello')
    await publish(3, 'a', { state: null })
    await publish(4)
    await until(() => received.at(-1) === 4)
    expect(received).toEqual(['began', 2, 'skipped', 'skipped', 4])
  })

  it('resumes after a restart of NATS without losing or repeating a message', async () => {
    await follow()
    await publishAll(1, 5)
    await until(() => received.at(-1) === 5)
    await server.kill()
    await server.start()
    await publishAll(6, 20)
    await until(() => received.at(-1) === 20)
    expect(received).toEqual(['began', ...numbers(1, 20)])
  })

  it('resumes after its consumer was deleted', async () => {
    await follow()
    await publish(1)
    await until(() => received.at(-1) === 1)
    for await (const { name } of rig.nats.manager.consumers.list(rig.stream.name))
      await rig.nats.manager.consumers.delete(rig.stream.name, name)
    await publishAll(2, 4)
    await until(() => received.at(-1) === 4)
    expect(received).toEqual(['began', 1, 2, 3, 4])
  })

  it('starts again when NATS was wiped', async () => {
    await follow()
    await publishAll(1, 5)
    await until(() => received.at(-1) === 5)
    await server.kill()
    server.wipe()
    await server.start()
    await created()
    await until(() => received.at(-1) === 'began')
    await publishAll(6, 12)
    await until(() => received.at(-1) === 12)
    expect(received).toEqual(['began', ...numbers(1, 5), 'began', ...numbers(6, 12)])
  })

  it('starts again when the stream was recreated while connected', async () => {
    await follow()
    await publish(1)
    await until(() => received.at(-1) === 1)
    await rig.nats.manager.streams.delete(rig.stream.name)
    await created()
    await until(() => received.at(-1) === 'began')
    await publish(2)
    await until(() => received.at(-1) === 2)
    expect(received).toEqual(['began', 1, 'began', 2])
  })

  it('starts again when the stream was truncated, even if it has grown since', async () => {
    await follow()
    await publishAll(1, 3)
    await until(() => received.at(-1) === 3)
    await server.kill()
    server.backUp()
    await server.start()
    await publishAll(4, 6)
    await until(() => received.at(-1) === 6)
    const continueStreamInfo = delayStreamInfo()
    await server.kill()
    server.restore()
    await server.start()
    await publishAll(14, 20)
    continueStreamInfo()
    await until(() => received.includes('began', 1))
    await publish(21)
    await until(() => received.at(-1) === 21)
    expect(received.slice(0, 8)).toEqual(['began', ...numbers(1, 6), 'began'])
  })

  it('starts again when messages were removed before they were delivered', async () => {
    await follow()
    await publish(1)
    await until(() => received.at(-1) === 1)
    const continueStreamInfo = delayStreamInfo()
    await server.kill()
    await server.start()
    const state = { text: 'x'.repeat(20_000) }
    for (let revision = 2; revision <= 6; revision++) await publish(revision, 'a', { state })
    continueStreamInfo()
    await until(() => received.at(-1) !== 1)
    await publish(7)
    await until(() => received.at(-1) === 7)
    expect(received.slice(0, 3)).toEqual(['began', 1, 'began'])
  })

  it('delivers nothing once it is stopped', async () => {
    await follow()
    await following?.stop()
    await publish(1)
    expect(received).toEqual(['began'])
  })
})

describe('reading', () => {
  it('the last message of each subject, up to a sequence', async () => {
    for (const [revision, key] of [
      [1, 'x.a'],
      [1, 'x.b'],
      [2, 'x.a'],
      [1, 'y.c'],
      [3, 'x.a'],
    ] as const)
      await publish(revision, key)
    const pattern = `${rig.prefix}.x.*`
    expect(revisions(await source.latest([pattern], 5))).toEqual(['b1', 'a3'])
    expect(revisions(await source.latest([pattern], 4))).toEqual(['b1', 'a2'])
    expect(revisions(await source.latest([pattern, `${rig.prefix}.y.c`], 4))).toEqual(['b1', 'a2', 'c1'])
    expect(revisions(await source.latest([pattern], 0))).toEqual([])
    expect(revisions(await source.latest([`${rig.prefix}.z.*`], 5))).toEqual([])
  })

  it('reports when there are more subjects than NATS returns', async () => {
    const publishOn = (key: number) =>
      rig.nats.jetstream.publish(`${rig.prefix}.x.${key}`, '{"revision":1,"open":true,"state":{}}')
    await rig.nats.manager.streams.update(rig.stream.name, { max_bytes: -1 })
    await Promise.all(numbers(1, 1_024).map(publishOn))
    expect(await source.latest([`${rig.prefix}.x.*`], 1_024)).toHaveLength(1_024)
    await publishOn(1_025)
    expect(await source.latest([`${rig.prefix}.x.*`], 1_025)).toBe('too many')
  })

  it('the messages between two sequences, however large', async () => {
    await rig.nats.manager.streams.update(rig.stream.name, { max_bytes: -1 })
    const state = { text: 'x'.repeat(700_000) }
    for (let revision = 1; revision <= 20; revision++) await publish(revision, revision % 2 ? 'x.a' : 'y.b', { state })
    const pattern = `${rig.prefix}.x.*`
    const all = ['a3', 'a5', 'a7', 'a9', 'a11', 'a13', 'a15']
    expect(revisions(await source.since(pattern, 2, 16, 1_000))).toEqual(all)
    expect(revisions(await source.since(pattern, 2, 16, 7))).toEqual(all)
    expect(await source.since(pattern, 2, 16, 6)).toBe('too many')
    expect(await source.since(pattern, 20, 20, 10)).toEqual([])
    const everything = await source.since(`${rig.prefix}.*.*`, 1, 20, 100)
    expect(revisions(everything)).toHaveLength(20)
  })

  it('the state of the stream, in one request for all concurrent callers', async () => {
    await publishAll(1, 3)
    const state = await source.state()
    expect(state).toMatchObject({ firstSequence: 1, lastSequence: 3 })
    const first = source.state()
    await publish(4)
    const later = await Promise.all([source.state(), source.state()])
    expect(later).toEqual([
      { ...state, lastSequence: 4 },
      { ...state, lastSequence: 4 },
    ])
    await first
  })

  it('fails at once while NATS is away, and works again when it is back', async () => {
    await publish(1)
    await server.kill()
    await until(() => rig.nats.disconnects() > 0)
    await expect(source.latest([`${rig.prefix}.*`], 1)).rejects.toThrow('lost')
    await expect(source.state()).rejects.toThrow('lost')
    await server.start()
    expect(await until(() => source.latest([`${rig.prefix}.*`], 1))).toHaveLength(1)
  })

  it('fails if the stream does not exist', async () => {
    await rig.nats.manager.streams.delete(rig.stream.name)
    await expect(source.latest([`${rig.prefix}.*`], 1)).rejects.toThrow()
    await expect(source.since(`${rig.prefix}.*`, 1, 1, 1)).rejects.toThrow()
  })
})

describe('requesting a snapshot', () => {
  const respondWith = (answer: unknown) =>
    rig.nats.connection.subscribe('snapshot.news', {
      callback: (_, message) => void message.respond(JSON.stringify(answer)),
    })
  const requestSnapshot = (withinMs = 600_000) => source.ask('news', { pattern: 'live.news.ann.*' }, withinMs)

  it('returns the source’s page', async () => {
    const page = { states: [{ subject: 'live.news.ann.a', revision: 1, open: true, state: {} }], next: null }
    respondWith(page)
    expect(await requestSnapshot()).toEqual(page)
  })

  it('fails without an answer, or with one that is not a page', async () => {
    await expect(requestSnapshot()).rejects.toThrow('503')
    respondWith({ states: [{ subject: 'live.news.ann.a' }], next: null })
    await expect(requestSnapshot()).rejects.toThrow('revision')
  })

  /** Responds when the test calls the returned functions. */
  const respondLater = () => {
    const waiting: (() => void)[] = []
    rig.nats.connection.subscribe('snapshot.news', {
      callback: (_, message) => void waiting.push(() => message.respond('{"states":[],"next":null}')),
    })
    return waiting
  }

  it('times out for each caller on its own, even if an equal request is running', async () => {
    const waiting = respondLater()
    const long = requestSnapshot(600_000)
    await until(() => waiting.length === 1)
    await expect(requestSnapshot(200)).rejects.toThrow('in time')
    waiting[0]?.()
    expect(await long).toEqual({ states: [], next: null })
  })

  it('runs as long as the longest timeout among its callers', async () => {
    const waiting = respondLater()
    const short = expect(requestSnapshot(200)).rejects.toThrow('in time')
    const long = requestSnapshot(600_000)
    await Promise.all([short, until(() => waiting.length > 0)])
    waiting[0]?.()
    expect(await long).toEqual({ states: [], next: null })
    expect(waiting).toHaveLength(1)
  })
})
