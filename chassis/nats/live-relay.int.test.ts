import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { newId } from '../ids.ts'
import { LIVE_OUTBOX, openRelaySession } from '../postgres/outbox.ts'
import { type NatsServer, natsServer } from '../testing/nats-server.ts'
import { ofKey, type RelayRig, relayRig, TIMING, texts } from '../testing/relay-rig.ts'
import { until } from '../testing/until.ts'
import { ensureStream, LIVE, streamOn } from './connection.ts'

let server: NatsServer
let rig: RelayRig
beforeAll(async () => {
  server = await natsServer()
})
afterAll(() => server.end())
beforeEach(async () => {
  rig = await relayRig(server.url)
})
afterEach(() => rig.end())

describe('what is shown', () => {
  it('comes to the stream in order of each entity, and is kept in the outbox no longer', async () => {
    await rig.show(...texts('a', 1, 300), ...texts('b', 1, 40))
    rig.startLiveRelay()
    await rig.allIsShown()
    const all = await rig.kept()
    expect(all).toHaveLength(340)
    expect(ofKey(all, 'a')).toEqual(texts('a', 1, 300))
    expect(ofKey(all, 'b')).toEqual(texts('b', 1, 40))
  })

  it('is in the stream once where the relay died before it could take it off', async () => {
    await rig.show('a1', 'a2')
    const dying = await openRelaySession(rig.url, LIVE_OUTBOX, TIMING.frozenMs)
    const stream = streamOn(rig.nats, rig.stream)
    await stream.state()
    for (const message of await dying.outbox.unpublished(2)) await stream.publish(message)
    await dying.close()
    await rig.show('a3')
    rig.startLiveRelay()
    await rig.allIsShown()
    expect(await rig.kept()).toEqual(['a1', 'a2', 'a3'])
  })

  it('is in the stream once also where the relay was away for longer than JetStream remembers', async () => {
    const forgetful = { ...rig.stream, duplicate_window: 100_000_000 } // ns; it takes no less
    const stream = streamOn(rig.nats, forgetful)
    await stream.state()
    await rig.show('a1', 'a2')
    const dying = await openRelaySession(rig.url, LIVE_OUTBOX, TIMING.frozenMs)
    for (const message of await dying.outbox.unpublished(2)) await stream.publish(message)
    await dying.close()
    const probe = {
      position: 0,
      id: newId(),
      subject: `${rig.prefix}.z`,
      key: 'z',
      message: { text: 'z1', revision: 1 },
    }
    const isForgotten = async () => {
      await stream.publish(probe)
      return ofKey(await rig.kept(), 'z').length > 1
    }
    await until(isForgotten)
    await rig.show('a3')
    rig.startLiveRelay(forgetful)
    await rig.allIsShown()
    expect(ofKey(await rig.kept(), 'a')).toEqual(['a1', 'a2', 'a3'])
  })

  it('is published when NATS is back, which is told nothing again that it has lost', async () => {
    rig.startLiveRelay()
    await rig.show(...texts('a', 1, 5))
    await rig.allIsShown()
    await server.kill()
    server.wipe()
    await rig.show(...texts('a', 6, 10))
    await server.start()
    await rig.allIsShown()
    expect(await rig.kept()).toEqual(texts('a', 6, 10))
  })

  it('waits for no fact, and no fact for it, where its stream takes nothing', async () => {
    const overlapping = { name: `${rig.stream.name}X`, subjects: rig.stream.subjects } // Refused by JetStream.
    await ensureStream(rig.nats, rig.stream)
    await rig.show(...texts('a', 1, 300))
    const stuck = rig.startLiveRelay(overlapping)
    rig.startRelay()
    await rig.say(...texts('a', 1, 300))
    await rig.allIsSaid()
    expect(await rig.kept()).toHaveLength(300)
    await stuck.stop()
    await rig.query(`insert into outbox (id, subject, key, message) values (gen_random_uuid(), 'nowhere', 'a', '{}')`)
    rig.startLiveRelay()
    await rig.allIsShown()
    expect(await rig.unmarked()).toBe(1)
  })
})

it('the stream is kept a day and never too big; one made with other settings gets these', async () => {
  const settings = { ...LIVE, name: rig.stream.name, subjects: rig.stream.subjects }
  await ensureStream(rig.nats, rig.stream)
  const { config, created } = await ensureStream(rig.nats, settings)
  expect(config).toMatchObject({
    max_age: 24 * 3_600e9,
    max_bytes: 512 * 1024 * 1024,
    max_msgs_per_subject: -1,
    duplicate_window: 3_600e9,
    allow_direct: true,
  })
  expect((await ensureStream(rig.nats, settings)).created).toBe(created)
  await until(async () => (await rig.nats.manager.streams.info(settings.name)).config.max_age === settings.max_age)
})

it('a stream that is read by direct gets is refused with replicas, of which one may be behind; others may have them', async () => {
  const settings = { ...rig.stream, allow_direct: true }
  const { config, ...found } = await ensureStream(rig.nats, settings)
  const replicated = { ...found, config: { ...config, num_replicas: 3 } } // One server alone can't have them.
  jest.spyOn(rig.nats.manager.streams, 'info').mockResolvedValue(replicated)
  await expect(ensureStream(rig.nats, settings)).rejects.toThrow('3 replicas')
  expect(await ensureStream(rig.nats, rig.stream)).toBe(replicated)
})
