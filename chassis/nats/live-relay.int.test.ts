import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { newId } from '../ids.ts'
import { LIVE_OUTBOX, openRelaySession } from '../postgres/outbox.ts'
import { type NatsServer, natsServer } from '../testing/nats-server.ts'
import { ofKey, type RelayRig, relayRig, TIMING, texts } from '../testing/relay-rig.ts'
import { until } from '../testing/until.ts'
import { LIVE, streamOn } from './connection.ts'
import { ensureStream } from './keep-streams.ts'

let server: NatsServer
let rig: RelayRig
beforeAll(async () => {
  server = await natsServer()
})
afterAll(() => server.end())
beforeEach(async () => {
  rig = await relayRig(server.url)
  await rig.keep()
})
afterEach(() => rig.end())

describe('a live state', () => {
  it('is published in order of its entity, and deleted from the outbox', async () => {
    await rig.addStates(...texts('a', 1, 300), ...texts('b', 1, 40))
    rig.startLiveRelay()
    await rig.allStatesPublished()
    const all = await rig.stored()
    expect(all).toHaveLength(340)
    expect(ofKey(all, 'a')).toEqual(texts('a', 1, 300))
    expect(ofKey(all, 'b')).toEqual(texts('b', 1, 40))
  })

  it('is stored once if the relay died before it could delete it', async () => {
    await rig.addStates('a1', 'a2')
    const dying = await openRelaySession(rig.url, LIVE_OUTBOX, TIMING.frozenMs)
    const stream = streamOn(rig.nats, rig.stream)
    await stream.state()
    for (const message of await dying.outbox.unpublished(2)) await stream.publish(message)
    await dying.close()
    await rig.addStates('a3')
    rig.startLiveRelay()
    await rig.allStatesPublished()
    expect(await rig.stored()).toEqual(['a1', 'a2', 'a3'])
  })

  it('is stored once even if the relay was away for longer than the duplicate window', async () => {
    const forgetful = { ...rig.stream, duplicate_window: 100_000_000 } // ns; it takes no less
    const stream = streamOn(rig.nats, forgetful)
    await ensureStream(rig.nats, forgetful)
    await rig.addStates('a1', 'a2')
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
      return ofKey(await rig.stored(), 'z').length > 1
    }
    await until(isForgotten)
    await rig.addStates('a3')
    rig.startLiveRelay(forgetful)
    await rig.allStatesPublished()
    expect(ofKey(await rig.stored(), 'a')).toEqual(['a1', 'a2', 'a3'])
  })

  it('is published when NATS is back, and lost ones are not published again', async () => {
    rig.startLiveRelay()
    await rig.addStates(...texts('a', 1, 5))
    await rig.allStatesPublished()
    await server.kill()
    server.wipe()
    await rig.addStates(...texts('a', 6, 10))
    await server.start()
    await rig.allStatesPublished()
    expect(await rig.stored()).toEqual(texts('a', 6, 10))
  })

  it('does not wait for facts, nor facts for it, if one stream refuses messages', async () => {
    const overlapping = { name: `${rig.stream.name}X`, subjects: rig.stream.subjects } // Refused by JetStream.
    await ensureStream(rig.nats, rig.stream)
    await rig.addStates(...texts('a', 1, 300))
    const stuck = rig.startLiveRelay(overlapping)
    rig.startRelay()
    await rig.addFacts(...texts('a', 1, 300))
    await rig.allFactsPublished()
    expect(await rig.stored()).toHaveLength(300)
    await stuck.stop()
    await rig.query(`insert into outbox (id, subject, key, message) values (gen_random_uuid(), 'nowhere', 'a', '{}')`)
    rig.startLiveRelay()
    await rig.allStatesPublished()
    expect(await rig.unpublished()).toBe(1)
  })
})

it('the stream is limited to a day and a size; one created with other settings is updated', async () => {
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

it('a stream read by direct gets must not have replicas, one of which may lag behind; others may', async () => {
  const settings = { ...rig.stream, allow_direct: true }
  const { config, ...found } = await ensureStream(rig.nats, settings)
  const replicated = { ...found, config: { ...config, num_replicas: 3 } } // One server alone can't have them.
  jest.spyOn(rig.nats.manager.streams, 'info').mockResolvedValue(replicated)
  await expect(ensureStream(rig.nats, settings)).rejects.toThrow('3 replicas')
  expect(await ensureStream(rig.nats, rig.stream)).toBe(replicated)
})
