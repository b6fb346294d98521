import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import type { MikroORM } from '@mikro-orm/postgresql'
import { newId } from '../../chassis/ids.ts'
import { createLogger } from '../../chassis/log.ts'
import { findStream, type StreamSettings } from '../../chassis/nats/connection.ts'
import { consume } from '../../chassis/nats/consume.ts'
import { followStream } from '../../chassis/nats/follow-stream.ts'
import { openDatabase } from '../../chassis/postgres/database.ts'
import { postgresTable, postgresTransactions } from '../../chassis/postgres/transactions.ts'
import { natsCluster } from '../../chassis/testing/nats-cluster.ts'
import { type PostgresServer, postgresServer } from '../../chassis/testing/postgres-server.ts'
import { type RelayRig, relayRig, texts } from '../../chassis/testing/relay-rig.ts'
import { ThingRow, thingSchema } from '../../chassis/testing/thing-row.ts'
import type { Thing } from '../../chassis/testing/transactions-suite.ts'
import { until } from '../../chassis/testing/until.ts'

const log = createLogger('test')
log.level = 'silent'

const CONSUMER = 'hearer'

let postgres: PostgresServer
let cluster: Awaited<ReturnType<typeof natsCluster>>
let rig: RelayRig
let orm: MikroORM
let consumer: { stop(): Promise<void> }
beforeAll(async () => {
  ;[postgres, cluster] = await Promise.all([postgresServer(), natsCluster()])
  process.env.TEST_DATABASE_URL = postgres.url
})
afterAll(async () => {
  await Promise.all([postgres.end(), cluster.end()])
})
afterEach(async () => {
  await consumer.stop()
  await orm.close()
  await rig.end()
})

/** A relay and a consumer between them and this stream; the consumer's effect is a row, with an inbox. */
async function startRig(settings: (stream: StreamSettings) => StreamSettings) {
  rig = await relayRig(cluster.url)
  await rig.keep(settings(rig.stream))
  rig.startRelay()
  orm = await openDatabase(rig.url, thingSchema)
  const stamp = () => ({ id: newId(), key: 'k', subject: 's', message: {} })
  const transact = postgresTransactions(orm, stamp, (em) => ({ things: postgresTable<Thing>(em, ThingRow) }))
  const handle = async (wire: unknown) => {
    const { text } = wire as { text: string }
    // Each text is a fact of its own; its id is made from it.
    const id = `00000000-0000-4000-8000-${Buffer.from(text).toString('hex').padStart(12, '0')}`
    await transact(id, async (tx) => {
      if (!(await tx.recordInInbox({ id, type: 'Text' }))) return
      tx.things.save({ id: newId(), name: text, count: 1, at: new Date(), note: null, parts: [] })
    })
  }
  const parked: unknown[] = []
  const options = { name: CONSUMER, subjects: [`${rig.prefix}.>`], handle, isTransient: () => true }
  consumer = consume(rig.nats, { ...options, park: async (fact) => void parked.push(fact) }, log, rig.stream)
}
const handled = async () => (await rig.query('select name from things')).map(({ name }) => name as string)
const allHandled = (expected: string[]) =>
  until(async () => (await handled()).length >= expected.length, 'all are handled')
const replicasOf = async () => {
  const { cluster: found } = await rig.nats.manager.streams.info(rig.stream.name)
  return found?.replicas?.filter(({ current }) => current).length ?? 0
}

describe('facts on three servers', () => {
  it('are neither lost nor handled twice while the server that leads them, or their consumer, is killed', async () => {
    await startRig((stream) => stream)
    const all = texts('a', 0, 19)
    await rig.addFacts(...all)
    await allHandled(all)
    // An operator sets STREAM_REPLICAS, while everything runs.
    await rig.keep({ ...rig.stream, num_replicas: 3 })
    for (const round of [1, 2, 3]) {
      await until(async () => (await replicasOf()) === 2, 'both replicas are current')
      const more = [...'abcdefgh'].flatMap((key) => texts(key, round * 100, round * 100 + 24))
      all.push(...more)
      const before = (await handled()).length
      await rig.addFacts(...more)
      await until(async () => (await handled()).length > before)
      const leader = await cluster.leaderOf(rig.nats, rig.stream.name, round === 2 ? CONSUMER : undefined)
      await leader.kill()
      const during = texts('i', round * 100, round * 100 + 24)
      all.push(...during)
      await rig.addFacts(...during)
      await allHandled(all)
      await leader.start()
    }
    expect((await handled()).toSorted()).toEqual(all.toSorted())
    expect((await until(rig.stored)).toSorted()).toEqual(all.toSorted())
  })
})

describe('live states on one of three servers', () => {
  const live = (stream: StreamSettings): StreamSettings => ({ ...stream, allow_direct: true })

  it('wait while it is away, and are followed without a gap when it is back; after its loss the stream is made anew', async () => {
    await startRig((stream) => ({ ...stream, num_replicas: 3 }))
    const facts = rig
    const feed = await relayRig(cluster.url)
    const settings = live(feed.stream)
    await feed.keep(settings)
    feed.startLiveRelay(settings)
    const seen: string[] = []
    let gaps = -1
    const listener = {
      began: () => void gaps++,
      message: (message: { json<T>(): T }) => void seen.push(message.json<{ text: string }>().text),
    }
    const following = followStream(feed.nats, settings, listener, log)
    await until(() => gaps === 0)
    await feed.addStates(...texts('s', 1, 20))
    await until(() => seen.length === 20)

    const server = await cluster.leaderOf(feed.nats, settings.name)
    await server.kill()
    await feed.addStates(...texts('s', 21, 40))
    await facts.addFacts(...texts('a', 1, 20))
    await allHandled(texts('a', 1, 20))
    await until(() =>
      findStream(feed.nats, settings).then(
        () => false,
        (error: Error) => /does not answer: are the NATS servers that have it away/.test(error.message),
      ),
    )
    expect(seen).toHaveLength(20)
    await server.start()
    await until(() => seen.length === 40, 'the states that waited are delivered')
    expect([seen, gaps]).toEqual([texts('s', 1, 40), 0])

    await server.kill()
    await feed.addStates(...texts('s', 41, 60))
    // The cluster does it, although nobody who has the stream answers; but not while it has no leader itself. It takes the server for
    // online until 50 s after its death, and may place the new stream there.
    await until(() => feed.nats.manager.streams.names().next(), 'the cluster has a leader')
    await feed.nats.manager.streams.delete(settings.name).catch(() => {})
    await server.start()
    await until(async () => (await feed.stored()).length === 20, 'the states are on the new stream')
    // Who finds the new stream after them begins behind them, and asks for snapshots.
    await until(() => gaps === 1)
    await feed.addStates(...texts('s', 61, 80))
    await until(() => seen.at(-1) === 's80', 'further states are delivered')
    expect((await until(feed.stored)).toSorted()).toEqual(texts('s', 41, 80).toSorted())
    const later = seen.slice(40)
    expect(seen.slice(0, 40)).toEqual(texts('s', 1, 40))
    expect(later).toEqual(texts('s', 81 - later.length, 80))
    expect(gaps).toBe(1)
    await following.stop()
    await feed.end()
  })
})
