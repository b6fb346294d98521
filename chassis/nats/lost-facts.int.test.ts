import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { type NatsServer, natsServer } from '../testing/nats-server.ts'
import { type RelayRig, relayRig, texts } from '../testing/relay-rig.ts'
import { until } from '../testing/until.ts'

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

const isConnected = () => until(() => rig.nats.whileConnected(() => rig.nats.connection.flush()).then(() => true))
const publish = async (...others: string[]) => {
  await isConnected()
  for (const text of others) await rig.nats.jetstream.publish(`${rig.prefix}.other`, JSON.stringify({ text }))
}
/** Another context publishes under the message ids of a's facts. */
const forge = async (...facts: string[]) => {
  await until(() => rig.nats.manager.streams.info(rig.stream.name).catch(() => undefined))
  for (const text of facts) {
    const [{ id: msgID }] = await rig.query("select id from outbox where message->>'text' = $1", [text])
    await rig.nats.jetstream.publish(`${rig.prefix}.other`, JSON.stringify({ text: `o ${text}` }), { msgID })
  }
}
/** The stream's messages of this key, in order, each once. */
const allOf = async (key: string) => [...new Set((await rig.stored()).filter((text) => text.startsWith(key)))]

/** a1 to a5 are on disk, a6 to a10 only acknowledged: NATS is down, and up again without them. */
const losingHalf = async (whileDown: () => Promise<void>) => {
  await rig.addFacts(...texts('a', 1, 5))
  await rig.allFactsPublished()
  await server.kill()
  server.backUp()
  await server.start()
  await rig.addFacts(...texts('a', 6, 10))
  await rig.allFactsPublished()
  await server.kill()
  server.restore()
  await whileDown()
  await server.start()
}

describe('a stream truncated by a power cut', () => {
  it('gets the lost facts again, while more are published', async () => {
    rig.startRelay()
    await losingHalf(() => rig.addFacts(...texts('a', 11, 15)))
    await until(async () => (await allOf('a')).length === 15)
    expect(await allOf('a')).toEqual(texts('a', 1, 15))
  })

  it('gets the lost facts again, even if others’ facts have their sequences now', async () => {
    const relay = rig.startRelay({ reconcileMs: 3_600_000 })
    await losingHalf(() => relay.stop())
    await publish(...texts('o', 1, 10))
    rig.startRelay()
    await until(async () => (await allOf('a')).length === 10)
    expect(await allOf('a')).toEqual(texts('a', 1, 10))
  })

  it('gets the lost facts again, even if others’ messages have their sequences and their message ids', async () => {
    const relay = rig.startRelay({ reconcileMs: 3_600_000 })
    await losingHalf(() => relay.stop())
    await forge(...texts('a', 6, 10))
    rig.startRelay()
    await until(async () => (await allOf('a')).length === 10)
    expect(await allOf('a')).toEqual(texts('a', 1, 10))
  })

  it('is compared before anything is published to it, however long the interval', async () => {
    rig.startRelay({ reconcileMs: 3_600_000, pollMs: 60_000 })
    await losingHalf(async () => {})
    await isConnected()
    await rig.addFacts('a11')
    await until(async () => (await allOf('a')).length === 11)
    expect(await allOf('a')).toEqual(texts('a', 1, 11))
  })
})

it('a NATS that was wiped gets everything again', async () => {
  rig.startRelay({ reconcileMs: 3_600_000 })
  await rig.addFacts(...texts('a', 1, 10))
  await rig.allFactsPublished()
  await server.kill()
  server.wipe()
  await server.start()
  await until(async () => (await allOf('a')).length === 10)
  expect(await rig.stored()).toEqual(texts('a', 1, 10))
})

it('a NATS that was wiped gets everything again, even if another context publishes first under the same message ids', async () => {
  const relay = rig.startRelay()
  await rig.addFacts(...texts('a', 1, 5))
  await rig.allFactsPublished()
  await server.kill()
  await relay.stop()
  server.wipe()
  await server.start()
  await forge(...texts('a', 1, 5))
  rig.startRelay()
  await until(async () => (await allOf('a')).length === 5)
  expect(await allOf('a')).toEqual(texts('a', 1, 5))
})

it('facts recorded while NATS is away are published in order when it is back', async () => {
  rig.startRelay()
  await rig.addFacts('a1')
  await rig.allFactsPublished()
  await server.kill()
  await rig.addFacts(...texts('a', 2, 20))
  await until(async () => (await rig.unpublished()) === 19)
  await server.start()
  await rig.allFactsPublished()
  expect(await allOf('a')).toEqual(texts('a', 1, 20))
})
