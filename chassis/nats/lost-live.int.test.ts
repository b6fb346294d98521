import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { type NatsServer, natsServer } from '../testing/nats-server.ts'
import { type RelayRig, relayRig, texts } from '../testing/relay-rig.ts'
import { until } from '../testing/until.ts'
import { connectNats, type Nats, type StreamSettings } from './connection.ts'
import { ensureStream } from './keep-streams.ts'
import { liveStream } from './live-stream.ts'

let server: NatsServer
/** A context, and another one that shows on the same stream. */
let rig: RelayRig
let other: RelayRig
let settings: StreamSettings
let operator: Nats
let keeper: { nats: Nats; stop(): Promise<void> }
/** The creation time of the stream with which a test begins. */
let first: string

beforeAll(async () => {
  server = await natsServer()
})
afterAll(() => server.end())
beforeEach(async () => {
  ;[rig, other] = await Promise.all([relayRig(server.url), relayRig(server.url)])
  settings = { ...rig.stream, subjects: [`${rig.prefix}.>`, `${other.prefix}.>`] }
  operator = await connectNats(server.url, 'operator')
  first = await created()
  for (const { nats } of [rig, other]) jest.spyOn(nats.manager.streams, 'info')
  await startKeeper()
})
afterEach(async () => {
  await Promise.all([rig.end(), other.end()])
  await operator.connection.close()
})

const startKeeper = async () => {
  keeper = await rig.keep(settings)
  jest.spyOn(keeper.nats.manager.streams, 'delete')
}
const stream = () => until(() => operator.whileConnected(() => ensureStream(operator, settings)))
const created = async () => (await stream()).created
const untilRecreated = () => until(async () => (await created()) !== first)
/** The number of messages of each subject in the stream. */
const kept = async () => {
  const { state } = await operator.manager.streams.info(settings.name, { subjects_filter: '>' })
  return state.subjects ?? {}
}

/** How often a relay has read the stream's state. */
const reads = ({ nats }: RelayRig) => jest.mocked(nats.manager.streams.info).mock.calls.length
/** How often the keeper has recreated the stream. */
const recreations = () => jest.mocked(keeper.nats.manager.streams.delete).mock.calls.length
/** Resolves when the relays of a context (at most two) have compared their state with the stream again. */
const untilReconciled = async (context: RelayRig) => {
  const before = reads(context)
  await until(() => reads(context) > before + 4)
}
const expectUnchanged = async () => {
  const before = [await created(), recreations()]
  await Promise.all([rig, other].map(untilReconciled))
  expect([await created(), recreations()]).toEqual(before)
}

const publish = async (context: RelayRig, ...states: string[]) => {
  await context.addStates(...states)
  await context.allStatesPublished()
}
const isConnected = ({ nats }: RelayRig) =>
  until(() => nats.whileConnected(() => nats.connection.flush()).then(() => 1))
/** Kills NATS after both; it restarts with what `saved` published, and without what `lost` published. */
const losing = async (saved: () => Promise<void>, lost: () => Promise<void>, whileDown = async () => {}) => {
  await saved()
  await server.kill()
  server.backUp()
  await server.start()
  await Promise.all([rig, other].map(isConnected))
  await lost()
  await server.kill()
  server.restore()
  await whileDown()
  await server.start()
}

describe('a LIVE that has lost its tail', () => {
  it('is recreated, so that no cursor into its lost tail stays valid', async () => {
    rig.startLiveRelay(settings)
    await losing(
      () => publish(rig, 'a1', 'a2'),
      () => publish(rig, 'x2', 'y2'),
    )
    await untilRecreated()
    await publish(rig, 'a3')
    expect(await kept()).toEqual({ [`${rig.prefix}.a`]: 1 })
    expect(recreations()).toBe(1)
  })

  it('is recreated even if other messages took the lost sequences before the comparison', async () => {
    const relay = rig.startLiveRelay(settings)
    await losing(
      () => publish(rig, 'a1', 'a2'),
      () => publish(rig, 'x2', 'y2'),
      () => relay.stop(),
    )
    const grower = other.startLiveRelay(settings)
    await publish(other, ...texts('z', 1, 3))
    await grower.stop()
    expect([(await stream()).state.last_seq, await created()]).toEqual([5, first])
    rig.startLiveRelay(settings)
    await untilRecreated()
  })

  it('is recreated once by all contexts and replicas that find the loss; later messages are kept', async () => {
    for (const context of [rig, rig, other, other]) context.startLiveRelay(settings)
    await losing(
      async () => {
        await publish(rig, 'a1')
        await publish(other, 'b1')
      },
      async () => {
        await publish(rig, ...texts('a', 2, 20))
        await publish(other, ...texts('b', 2, 20))
      },
      async () => {
        await rig.addStates('a21')
        await other.addStates('b21')
      },
    )
    await untilRecreated()
    await Promise.all([rig.allStatesPublished(), other.allStatesPublished()])
    await expectUnchanged()
    expect(recreations()).toBe(1)
    expect(await kept()).toEqual({ [`${rig.prefix}.a`]: 1, [`${other.prefix}.b`]: 1 })
  })

  it('is recognized also by a relay that published nothing in this incarnation', async () => {
    const relay = rig.startLiveRelay(settings)
    await publish(rig, ...texts('a', 1, 5))
    await relay.stop()
    await operator.manager.streams.delete(settings.name)
    first = await created()
    await losing(
      async () => {},
      async () => {
        const grower = other.startLiveRelay(settings)
        await publish(other, 'z1')
        await grower.stop()
        rig.startLiveRelay(settings)
        await untilReconciled(rig)
      },
    )
    await untilRecreated()
  })

  it('is recreated if messages are missing in its middle', async () => {
    rig.startLiveRelay(settings)
    other.startLiveRelay(settings)
    for (const text of ['a1', 'x1', 'a2']) await publish(rig, text)
    await publish(other, 'z1')
    await operator.manager.streams.purge(settings.name, { filter: `${rig.prefix}.x` })
    await untilRecreated()
    await expectUnchanged()
  })
})

describe('a LIVE that has lost nothing', () => {
  it('is left unchanged after a restart, and after retention removed its oldest messages', async () => {
    rig.startLiveRelay(settings)
    other.startLiveRelay(settings)
    await publish(rig, ...texts('a', 1, 5))
    await publish(other, ...texts('b', 1, 5))
    await server.kill()
    await server.start()
    await Promise.all([rig, other].map(isConnected))
    await expectUnchanged()
    await operator.manager.streams.purge(settings.name, { keep: 2 })
    await expectUnchanged()
    await operator.manager.streams.purge(settings.name)
    await expectUnchanged()
    expect([await created(), recreations()]).toEqual([first, 0])
  })

  it('is left unchanged if the relay that recreated it died before it recorded that', async () => {
    const relay = rig.startLiveRelay(settings)
    await publish(rig, ...texts('a', 1, 5))
    await relay.stop()
    await liveStream(rig.nats, settings).recreate(first)
    const anew = await created()
    rig.startLiveRelay(settings)
    other.startLiveRelay(settings)
    await publish(rig, 'a6')
    await expectUnchanged()
    expect(await created()).toBe(anew)
  })
})

describe('recreating it', () => {
  it('is done by one of many at once, and by none that is late', async () => {
    const connections = await Promise.all(Array.from({ length: 8 }, () => connectNats(server.url, 'relay')))
    const streams = connections.map((nats) => liveStream(nats, settings))
    await Promise.allSettled(streams.map((each) => each.recreate(first)))
    const anew = await created()
    expect(anew).not.toBe(first)
    for (const each of streams) await each.recreate(first).catch(() => {})
    expect(await created()).toBe(anew)
    expect(recreations()).toBe(1)
    await Promise.all(connections.map(({ connection }) => connection.close()))
  })

  it('waits for the keeper if that is away, or has died in the middle', async () => {
    await keeper.stop()
    const { recreate } = liveStream(rig.nats, settings)
    await expect(recreate(first)).rejects.toThrow()
    expect(await created()).toBe(first)
    await operator.manager.streams.delete(settings.name)
    await startKeeper()
    const anew = await untilCreated()
    await recreate(first)
    expect([await untilCreated(), recreations()]).toEqual([anew, 0])
  })

  it('is refused for a stream that is not called renewable', async () => {
    const facts = { ...settings, name: `${settings.name}F`, subjects: ['lasting.>'] }
    await ensureStream(operator, facts)
    await expect(liveStream(rig.nats, facts).recreate(first)).rejects.toThrow('503')
    await operator.manager.streams.delete(facts.name)
  })
})

/** When the keeper has created the stream. */
const untilCreated = () => until(async () => (await operator.manager.streams.info(settings.name)).created)
