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
})
afterEach(() => rig.end())

const isConnected = () => until(() => rig.nats.whileConnected(() => rig.nats.connection.flush()).then(() => true))
const publish = async (...others: string[]) => {
  await isConnected()
  for (const text of others) await rig.nats.jetstream.publish(`${rig.prefix}.other`, JSON.stringify({ text }))
}
/** All that was said of this key, in its order; what is kept twice counts once. */
const allOf = async (key: string) => [...new Set((await rig.kept()).filter((text) => text.startsWith(key)))]

/** a1 to a5 are on disk, a6 to a10 only acknowledged: NATS is down, and up again without them. */
const losingHalf = async (whileDown: () => Promise<void>) => {
  await rig.say(...texts('a', 1, 5))
  await rig.allIsSaid()
  await server.kill()
  server.remember()
  await server.start()
  await rig.say(...texts('a', 6, 10))
  await rig.allIsSaid()
  await server.kill()
  server.cutBack()
  await whileDown()
  await server.start()
}

describe('a stream that a power cut has cut back', () => {
  it('is told again what it lost, while more is said', async () => {
    rig.startRelay()
    await losingHalf(() => rig.say(...texts('a', 11, 15)))
    await until(async () => (await allOf('a')).length === 15)
    expect(await allOf('a')).toEqual(texts('a', 1, 15))
  })

  it('is told again what it lost, though others’ facts have grown over it', async () => {
    const relay = rig.startRelay({ reconcileMs: 3_600_000 })
    await losingHalf(() => relay.stop())
    await publish(...texts('o', 1, 10))
    rig.startRelay()
    await until(async () => (await allOf('a')).length === 10)
    expect(await allOf('a')).toEqual(texts('a', 1, 10))
  })

  it('is compared before anything is said to it again, however seldom it is compared else', async () => {
    rig.startRelay({ reconcileMs: 3_600_000, pollMs: 60_000 })
    await losingHalf(async () => {})
    await isConnected()
    await rig.say('a11')
    await until(async () => (await allOf('a')).length === 11)
    expect(await allOf('a')).toEqual(texts('a', 1, 11))
  })
})

it('a NATS that was wiped is told everything again', async () => {
  rig.startRelay({ reconcileMs: 3_600_000 })
  await rig.say(...texts('a', 1, 10))
  await rig.allIsSaid()
  await server.kill()
  server.wipe()
  await server.start()
  await until(async () => (await allOf('a')).length === 10)
  expect(await rig.kept()).toEqual(texts('a', 1, 10))
})

it('what is said while NATS is away is said when it is back, in order', async () => {
  rig.startRelay()
  await rig.say('a1')
  await rig.allIsSaid()
  await server.kill()
  await rig.say(...texts('a', 2, 20))
  await until(async () => (await rig.unmarked()) === 19)
  await server.start()
  await rig.allIsSaid()
  expect(await allOf('a')).toEqual(texts('a', 1, 20))
})
