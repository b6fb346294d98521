import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { pino } from 'pino'
import { type NatsServer, natsServer } from '../testing/nats-server.ts'
import { until } from '../testing/until.ts'
import { connectNats, FACTS, LIVE, type Nats } from './connection.ts'
import { keepStreams, setUpStreams } from './keep-streams.ts'

let server: NatsServer
let nats: Nats
beforeEach(async () => {
  server = await natsServer()
  nats = await connectNats(server.url, 'operator')
})
afterEach(async () => {
  await nats.end()
  await server.end()
})
const infoOf = (name: string) => nats.whileConnected(() => nats.manager.streams.info(name))

describe('setting up the streams', () => {
  it('creates both', async () => {
    await setUpStreams(server.url, 2_000_000)
    expect((await infoOf('FACTS')).config).toMatchObject({ ...FACTS, max_bytes: 2_000_000 })
    expect((await infoOf('LIVE')).config).toMatchObject(LIVE)
  })

  it('keeps an earlier release’s facts and an operator’s own limit, and lets none be removed any more', async () => {
    const { streams } = nats.manager
    await streams.add({ name: 'FACTS', subjects: ['facts.>'], max_msgs: 1_000 })
    for (const key of ['a', 'b', 'c']) await nats.jetstream.publish(`facts.order.Ordered.${key}`, '{}')
    for (const _ of ['this release', 'again']) {
      await setUpStreams(server.url)
      const { config, state } = await infoOf('FACTS')
      expect([config, state]).toMatchObject([{ ...FACTS, max_msgs: 1_000 }, { messages: 3 }])
    }
    await expect(streams.purge('FACTS')).rejects.toThrow('not permitted')
    await expect(streams.deleteMessage('FACTS', 1)).rejects.toThrow('not permitted')
  })

  it('creates LIVE anew that has an earlier release’s messages, once', async () => {
    const { description: _, ...earlier } = LIVE
    await nats.manager.streams.add(earlier)
    await nats.jetstream.publish('live.my-page.a.b', '{}')
    await setUpStreams(server.url)
    const { config, state } = await infoOf('LIVE')
    expect([config, state]).toMatchObject([LIVE, { messages: 0 }])
    await nats.jetstream.publish('live.my-page.a.b', '{}')
    await setUpStreams(server.url)
    expect((await infoOf('LIVE')).state.messages).toBe(1)
  })

  it('fails if NATS is away, or refuses', async () => {
    await expect(setUpStreams(server.url.replace(/:\d+$/, ':1'))).rejects.toThrow('REFUSED')
    await expect(setUpStreams(server.url.replace(/:[^:@]+@/, ':wrong@'))).rejects.toThrow(/authorization/i)
  })
})

describe('keeping the streams', () => {
  let keeper: Nats
  let keeping: { stop(): Promise<void> }
  let logged: { msg: string; streams?: string[]; err?: { message: string } }[]
  beforeEach(async () => {
    logged = []
    const log = pino({ base: null }, { write: (line: string) => void logged.push(JSON.parse(line)) })
    keeper = await connectNats(server.url, 'streams')
    keeping = keepStreams(keeper, [FACTS, LIVE], [LIVE.name], log, 20)
    await until(() => infoOf('LIVE'))
  })
  afterEach(async () => {
    await keeping.stop()
    await keeper.end()
  })

  it('creates them again after they were deleted, and after NATS was wiped', async () => {
    for (const { name } of [FACTS, LIVE]) await nats.manager.streams.delete(name)
    await until(() => infoOf('FACTS'))
    await until(() => infoOf('LIVE'))
    await server.kill()
    server.wipe()
    await server.start()
    await until(() => infoOf('FACTS'))
    await until(() => infoOf('LIVE'))
    const failures = logged.flatMap(({ msg, streams, err }) =>
      msg.includes('could not be set up') ? `${streams}: ${err?.message}` : [],
    )
    expect(failures.filter((message, index) => message === failures[index - 1])).toEqual([])
  })

  it('restores settings that somebody has changed', async () => {
    await nats.manager.streams.update('LIVE', { max_age: 7_200e9 })
    await until(async () => (await infoOf('LIVE')).config.max_age === LIVE.max_age)
  })

  it('creates LIVE anew on request, once for each incarnation, and never FACTS', async () => {
    const request = (name: string, created: string) =>
      nats.connection.request(`renew.${name}`, created, { timeout: 60_000 })
    const { created } = await infoOf('LIVE')
    await Promise.all([created, created, created].map((each) => request('LIVE', each)))
    const anew = await infoOf('LIVE')
    expect(anew.created).not.toBe(created)
    await request('LIVE', created)
    expect((await infoOf('LIVE')).created).toBe(anew.created)
    await expect(request('FACTS', (await infoOf('FACTS')).created)).rejects.toThrow('503')
    expect(logged.filter(({ msg }) => msg.includes('created anew'))).toHaveLength(1)
  })
})
