// npm run bench:failover: how long facts wait when the NATS server dies that leads their stream, or their consumer.

import { setTimeout as delay } from 'node:timers/promises'
import type { MikroORM } from '@mikro-orm/postgresql'
import { newId } from '../../chassis/ids.ts'
import { createLogger } from '../../chassis/log.ts'
import { connectNats, type Nats, type StreamSettings, streamOn } from '../../chassis/nats/connection.ts'
import { consume } from '../../chassis/nats/consume.ts'
import { openDatabase } from '../../chassis/postgres/database.ts'
import { postgresTable, postgresTransactions } from '../../chassis/postgres/transactions.ts'
import type { OutboxMessage } from '../../chassis/relay.ts'
import { relayFacts } from '../../chassis/run-relay.ts'
import { natsCluster } from '../../chassis/testing/nats-cluster.ts'
import { postgresServer } from '../../chassis/testing/postgres-server.ts'
import { relayRig } from '../../chassis/testing/relay-rig.ts'
import { ThingRow, thingSchema } from '../../chassis/testing/thing-row.ts'
import type { Thing } from '../../chassis/testing/transactions-suite.ts'
import { until } from '../../chassis/testing/until.ts'
import { commandLine } from '../../scripts/command-line.ts'

const { kills } = commandLine('bench:failover').options

const CONSUMER = 'hearer'
const KEYS = [...'abcdefgh']
/** One fact each. */
const EVERY_MS = 100
/** How long everything runs undisturbed before a server is killed. */
const QUIET_MS = 2_000

/** When a fact was committed, when the stream had stored it, and when its effect was committed. */
type Times = { said: number; stored?: number; handled?: number }

const log = createLogger('bench')
log.level = process.env.LOG_LEVEL ?? 'silent'

const [postgres, cluster] = await Promise.all([postgresServer(), natsCluster()])
process.env.TEST_DATABASE_URL = postgres.url
const rig = await relayRig(cluster.url)
const stream: StreamSettings = { ...rig.stream, num_replicas: 3 }
await rig.keep(stream)
// With the timing of a context's processes, unlike the rig's own.
const facts = new Map<string, Times>()
const onStream = streamOn(rig.nats, stream)
const relay = relayFacts(rig.url, { ...onStream, publish: publishAndNote }, log)
const orm: MikroORM = await openDatabase(rig.url, thingSchema)
const consumer = consume(rig.nats, consumerOptions(), log, stream)
const operator = await connectNats(cluster.url, 'operator')
const elections = await watchElections(operator)

let isOver = false
const saying = sayFacts()
const waits: number[] = []
console.log(
  '| killed | client was there | stream led again | consumer led again | first later fact handled | longest wait |',
)
console.log('|---|---|---|---|---|---|')
try {
  for (let kill = 1; kill <= kills; kill++) await tryKill(kill % 2 ? 'stream' : 'consumer')
  isOver = true
  await saying
  await until(() => [...facts.values()].every(({ handled }) => handled), 'all facts are handled')
  const rows = await rig.query('select name from things')
  console.log(`\n${facts.size} facts, ${rows.length} effects`)
  const sorted = waits.toSorted((a, b) => a - b)
  console.log(`longest wait: median ${seconds(sorted[sorted.length >> 1] ?? 0)}, worst ${seconds(sorted.at(-1) ?? 0)}`)
} finally {
  isOver = true
  await saying
  await consumer.stop()
  await relay.stop()
  await orm.close()
  await operator.end()
  await rig.end()
  await Promise.all([postgres.end(), cluster.end()])
}

/** Kills the server that leads the stream, or its consumer, and prints what came of it. */
async function tryKill(of: 'stream' | 'consumer') {
  await until(async () => (await replicasOf()) === 2, 'all replicas are current')
  await delay(QUIET_MS)
  const leader = await cluster.leaderOf(operator, stream.name, of === 'consumer' ? CONSUMER : undefined)
  const wasThere = leader.url.endsWith(rig.nats.connection.getServer())
  const [streamLedThere, consumerLedThere] = await Promise.all([
    cluster.leaderOf(operator, stream.name).then((node) => node === leader),
    cluster.leaderOf(operator, stream.name, CONSUMER).then((node) => node === leader),
  ])
  const killedAt = performance.now()
  await leader.kill()
  const after = (at: number | undefined) => (at === undefined ? '–' : seconds(at - killedAt))
  const elected = (what: 'stream' | 'consumer') =>
    elections.find((each) => each.what === what && each.at > killedAt)?.at
  if (streamLedThere) await until(() => elected('stream'), 'the stream has a leader')
  if (consumerLedThere) await until(() => elected('consumer'), 'the consumer has a leader')
  await delay(1_000)
  const concerned = [...facts.values()].filter(({ said }) => said > killedAt - 1_000)
  await until(() => concerned.every(({ handled }) => handled), 'they are handled')
  const longest = Math.max(...concerned.map(({ said, handled = 0 }) => handled - said))
  const later = concerned.filter(({ said }) => said > killedAt)
  const first = (what: 'stored' | 'handled') => after(Math.min(...later.map((times) => times[what] ?? Number.NaN)))
  waits.push(longest)
  const cells = [
    `leader of ${[streamLedThere && 'stream', consumerLedThere && 'consumer'].filter(Boolean).join(' and ')}`,
    wasThere ? 'yes' : 'no',
    streamLedThere ? after(elected('stream')) : 'stayed',
    consumerLedThere ? after(elected('consumer')) : 'stayed',
    first('stored'),
    first('handled'),
    seconds(longest),
  ]
  console.log(`| ${cells.join(' | ')} |`)
  await leader.start()
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`
}

async function publishAndNote(message: OutboxMessage) {
  const stored = await onStream.publish(message)
  const times = facts.get((message.message as { text: string }).text) // As addFacts writes them.
  if (times) times.stored ??= performance.now()
  return stored
}

function consumerOptions() {
  const stamp = () => ({ id: newId(), key: 'k', subject: 's', message: {} })
  const transact = postgresTransactions(orm, stamp, (em) => ({ things: postgresTable<Thing>(em, ThingRow) }))
  const handle = async (wire: unknown) => {
    const { text } = wire as { text: string } // As addFacts writes them.
    const id = `00000000-0000-4000-8000-${Buffer.from(text).toString('hex').padStart(12, '0')}`
    await transact(id, async (tx) => {
      if (!(await tx.recordInInbox({ id, type: 'Text' }))) return
      tx.things.save({ id: newId(), name: text, count: 1, at: new Date(), note: null, parts: [] })
    })
    const times = facts.get(text)
    if (times) times.handled ??= performance.now()
  }
  const park = async () => {}
  return { name: CONSUMER, subjects: [`${rig.prefix}.>`], handle, isTransient: () => true, park }
}

async function sayFacts() {
  for (let count = 0; !isOver; count++) {
    const text = `${KEYS[count % KEYS.length]}${count}`
    facts.set(text, { said: performance.now() })
    await rig.addFacts(text)
    await delay(EVERY_MS)
  }
}

async function replicasOf() {
  const [{ cluster: ofStream }, { cluster: ofConsumer }] = await Promise.all([
    operator.manager.streams.info(stream.name),
    operator.manager.consumers.info(stream.name, CONSUMER),
  ])
  const current = [ofStream, ofConsumer].map((group) => group?.replicas?.filter((each) => each.current).length ?? 0)
  return Math.min(...current)
}

/** When the stream and its consumer got a leader. */
async function watchElections({ connection }: Nats) {
  const elections: { what: 'stream' | 'consumer'; at: number }[] = []
  connection.subscribe('$JS.EVENT.ADVISORY.*.LEADER_ELECTED.>', {
    callback: (_, { subject }) => {
      elections.push({ what: subject.includes('.CONSUMER.') ? 'consumer' : 'stream', at: performance.now() })
    },
  })
  await connection.flush()
  return elections
}
