import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { Migration } from '@mikro-orm/migrations'
import type { EntityManager } from '@mikro-orm/postgresql'
import pg from 'pg'
import { migratedDatabase } from '../proofs/testing/database.ts'
import { newId } from './ids.ts'
import type { SnapshotAnswer } from './live.ts'
import { createLogger } from './log.ts'
import { connectNats, FACTS, LIVE } from './nats/connection.ts'
import { ensureStream, keepStreams } from './nats/keep-streams.ts'
import { contextPermissions, keeperPermissions, routerPermissions } from './nats/permissions.ts'
import { migrateDatabase } from './postgres/migrate.ts'
import { snapshotRows } from './postgres/reads.ts'
import { postgresTable, postgresTransactions } from './postgres/transactions.ts'
import { runService } from './service.ts'
import { CONTEXT_HEADER, signContext } from './signed-context.ts'
import { type NatsServer, natsServer } from './testing/nats-server.ts'
import { ThingRow, thingSchema } from './testing/thing-row.ts'
import type { Thing } from './testing/transactions-suite.ts'
import { until } from './testing/until.ts'
import { type Envelope, hearWith, type Said, type Shown } from './transaction.ts'

const KEY = 's'.repeat(32)
type Delivered = Envelope & { type: 'Delivered'; data: { id: string } }

let nats: NatsServer
let database: Awaited<ReturnType<typeof migratedDatabase>>
let admin: pg.Client
let keeper: { stop(): Promise<void> }
let service: Awaited<ReturnType<typeof runService>>

const stateOf = ({ id, count }: Thing): Shown => ({
  feed: 'shelf',
  audience: ['all'],
  id,
  revision: count,
  open: true,
  state: { thing: { id, count } },
})

/** A context that counts the deliveries of a thing, and publishes a fact for each. */
const wire: Parameters<typeof runService>[0]['wire'] = ({ orm }) => {
  const stamp = (fact: Said, causationId: string) => {
    const id = newId()
    return { id, key: 'k', subject: `facts.shelf.${fact.type}.k`, message: { ...fact, id, causationId } }
  }
  const tables = (em: EntityManager) => ({ things: postgresTable<Thing>(em, ThingRow) })
  const transact = postgresTransactions<ReturnType<typeof tables>, Said>(orm, stamp, tables)
  const handle = hearWith<ReturnType<typeof tables>, Said, Delivered>(transact, {
    Delivered: async (tx, { data }) => {
      const found = await tx.things.find(data.id)
      if (!found) throw new Error(`There is no thing ${data.id}.`)
      tx.things.save({ ...found, count: found.count + 1 })
      tx.say([{ type: 'Counted', data: { count: found.count + 1 } }])
      tx.show(stateOf({ ...found, count: found.count + 1 }))
    },
  })
  return {
    resolvers: { Query: { count: async () => orm.em.fork().count(ThingRow) } },
    contextOf: () => ({}),
    handleFact: (fact) => handle(fact as Delivered), // The test published it.
    feed: {
      name: 'shelf',
      find: async (_, page) => {
        const which = { audience: {}, open: {}, id: null }
        return (await snapshotRows<Thing>(orm.em.fork(), ThingRow, which, page)).map(stateOf)
      },
    },
  }
}
const start = async (schema = thingSchema) => {
  const config = {
    NODE_ENV: 'test' as const,
    PORT: 0,
    HOST: '127.0.0.1',
    REPLICA: 1,
    METRICS_PORT: 0,
    AUDIT_MAX_BYTES: 1_000_000,
    DATABASE_URL: database.url,
    DATABASE_CONNECTIONS: 10,
    NATS_URL: nats.urlOf('shelf'),
    CALLER_KEYS: new Map([['router', [KEY]]]),
  }
  const typeDefs = new URL('./testing/shelf.graphql', import.meta.url)
  const hears = ['facts.courier.Delivered.*']
  service = await runService({ name: 'shelf', config, schema, typeDefs, hears, says: true, wire })
}
const ready = async () => {
  const response = await fetch(`http://127.0.0.1:${service.port}/ready`)
  return {
    status: response.status,
    body: (await response.json()) as { ready: boolean; missing: { [need: string]: string } },
  }
}
/** The body of its readiness while it is ready, else null: on a slow machine its query of the database may time out. */
const isReady = async () => {
  const { status, body } = await ready()
  return status === 200 ? body : null
}
const count = async () => {
  const body = JSON.stringify({ query: '{ count }' })
  const request = { method: 'POST', path: '/graphql', audience: 'shelf', claims: null, body, once: false }
  const signed = signContext(KEY, request, Date.now())
  const headers = { 'content-type': 'application/json', [CONTEXT_HEADER]: signed }
  const response = await fetch(`http://127.0.0.1:${service.port}/graphql`, { method: 'POST', headers, body })
  return response.json()
}
/** The value of a metric, by its name and labels as Prometheus has them; undefined if there is none. */
const metric = async (name: string) => {
  const text = await (await fetch(`http://127.0.0.1:${service.metricsPort}/metrics`)).text()
  const line = text.split('\n').find((each) => each.startsWith(`${name} `))
  return line === undefined ? undefined : Number(line.slice(name.length))
}
/** Opens the test's own session with the database. */
const openAdminSession = async () => {
  admin = new pg.Client({ connectionString: database.adminUrl })
  admin.on('error', () => {}) // A test may end it.
  await admin.connect()
}
const query = async (sql: string, values: unknown[] = []) => (await admin.query(sql, values)).rows
const put = (id: string) =>
  query(`insert into things (id, name, count, at, parts) values ($1, 'rose', 0, now(), '[]')`, [id])
const countOf = async (id: string) => (await query('select count from things where id = $1', [id]))[0]?.count
/** Publishes the same deliveries `times` over, as a publisher does that gets no acknowledgements. */
const deliver = async (ids: string[], times = 1) => {
  const courier = await connectNats(nats.url, 'courier')
  await ensureStream(courier, FACTS)
  const facts = ids.map((id) => ({ id: newId(), type: 'Delivered', data: { id } }))
  for (const fact of Array.from({ length: times }).flatMap(() => facts))
    await courier.jetstream.publish(`facts.courier.Delivered.${fact.data.id}`, JSON.stringify(fact))
  await courier.connection.close()
}
const publishedCount = async () => {
  const reader = await connectNats(nats.url, 'reader')
  const { state } = await reader.manager.streams.info(FACTS.name, { subjects_filter: 'facts.shelf.>' })
  await reader.connection.close()
  return Object.values(state.subjects ?? {}).reduce((sum, messages) => sum + messages, 0)
}

/** The messages on LIVE, and the snapshot that the service serves. */
const live = async () => {
  const reader = await connectNats(nats.url, 'reader')
  const { state } = await ensureStream(reader, LIVE)
  const kept = Array.from({ length: state.messages }, (_, index) =>
    reader.manager.streams.getMessage(LIVE.name, { seq: index + 1 }),
  )
  const messages = (await Promise.all(kept)).map((message) => ({ subject: message.subject, ...message.json<object>() }))
  const body = JSON.stringify({ pattern: 'live.shelf.all.*' })
  const router = await connectNats(nats.urlOf('router'), 'router') // No user of the streams' account could request it.
  const answer = await router.connection.request('snapshot.shelf', body).then(
    (reply) => reply.json<SnapshotAnswer>(),
    () => null,
  )
  await Promise.all([reader, router].map(({ connection }) => connection.close()))
  return { messages, answer }
}

beforeAll(async () => {
  process.env.LOG_LEVEL = 'silent'
  const permissions = contextPermissions({ name: 'shelf', says: true, consumers: ['shelf'], shows: true })
  const users = permissions ? [{ name: 'shelf', permissions }] : []
  nats = await natsServer([
    ...users,
    { name: 'streams', permissions: keeperPermissions() },
    { name: 'router', permissions: routerPermissions(['shelf']) },
  ])
  const connected = await connectNats(nats.urlOf('streams'), 'streams')
  const keeping = keepStreams(connected, [FACTS, LIVE], [LIVE.name], createLogger('streams'), 20)
  keeper = { stop: () => keeping.stop().then(connected.end) }
})
afterAll(async () => {
  await keeper.stop()
  await nats.end()
})
beforeEach(async () => {
  database = await migratedDatabase('chassis', thingSchema)
  await openAdminSession()
})
afterEach(async () => {
  await service.stop()
  await admin.end()
  await database.drop()
  expect(nats.violations()).toEqual([])
  await nats.kill()
  nats.wipe()
  await nats.start()
})

describe('a service', () => {
  it('starts and serves without NATS, consumes and publishes when it comes, and stops without it', async () => {
    await nats.kill()
    await start()
    expect(await until(isReady)).toEqual({ ready: true, missing: { nats: 'is not connected' } })
    expect(await count()).toEqual({ data: { count: 0 } })
    await nats.start()
    const id = newId()
    await put(id)
    await deliver([id])
    await until(async () => (await publishedCount()) === 1)
    await until(async () => !('nats' in ((await isReady()) ?? { missing: { nats: '' } }).missing))
    await nats.kill()
    await until(async () => 'nats' in (await ready()).body.missing)
    await service.stop()
    await expect(ready()).rejects.toThrow()
  })

  it('waits for its migrations, which another program runs', async () => {
    class Later extends Migration {
      override up(): void {
        this.addSql('create table later (id int)')
      }
    }
    const schema = { ...thingSchema, migrations: { ...thingSchema.migrations, '0002-later': Later } }
    let isServing = false
    const starting = start(schema).then(() => (isServing = true))
    // It asks for the list of migrations that have run, and finds that it lacks one.
    const asks =
      "select 1 from pg_stat_activity where application_name = 'service' and query like '%mikro_orm_migrations'"
    await until(async () => (await query(`${asks} and datname = current_database()`)).length > 0)
    expect(isServing).toBe(false)
    await migrateDatabase(database.ownerUrl, schema, 'test_chassis')
    await starting
    expect(await until(isReady)).toMatchObject({ ready: true })
  })

  it('reports that the stream of facts is nearly full, and still serves requests', async () => {
    await start()
    await deliver([newId()])
    const operator = await connectNats(nats.url, 'operator')
    const limit = (messages: number) => operator.manager.streams.update(FACTS.name, { max_msgs: messages })
    await limit(1)
    await until(async () => (await isReady())?.missing['room for facts'] === 'is 100 % full')
    await limit(-1)
    await until(async () => Object.keys((await isReady())?.missing ?? { nothing: '' }).length === 0)
    await operator.connection.close()
  })

  it('measures what it answers, handles and has waiting', async () => {
    await start()
    expect(await count()).toEqual({ data: { count: 0 } })
    expect(await metric('service_graphql_fields_total{operation="query",field="count",outcome="answered"}')).toBe(1)
    expect(await metric('service_http_requests_total{path="/graphql",status="200"}')).toBe(1)
    expect(await metric('service_pool_connections_max')).toBe(10)
    const id = newId()
    await put(id)
    await deliver([id, newId()]) // There is no thing of the second id.
    const delivered = (outcome: string) => `service_fact_deliveries_total{fact="Delivered",outcome="${outcome}"}`
    await until(async () => (await metric(delivered('handled'))) === 1 && (await metric(delivered('failed'))) === 1)
    await until(async () => (await metric(delivered('parked'))) === 1)
    await until(async () => (await metric('service_parked_facts')) === 1)
    await until(async () => (await metric('service_outbox_messages{outbox="facts"}')) === 0)
    await nats.kill()
    await query(`insert into outbox (id, subject, key, message) values ($1, 'facts.shelf.Counted.k', 'k', '{}')`, [
      newId(Date.now() - 3_600_000),
    ])
    await until(async () => (await metric('service_nats_up')) === 0)
    await until(async () => (await metric('service_outbox_messages{outbox="facts"}')) === 1)
    expect(await metric('service_outbox_oldest_seconds{outbox="facts"}')).toBeGreaterThanOrEqual(3_600)
    expect(await metric('service_consumer_pending')).toBeUndefined()
  })

  it('handles a fact once, however often it is delivered, and publishes its outcome once', async () => {
    await start()
    const ids = Array.from({ length: 20 }, () => newId())
    for (const id of ids) await put(id)
    await deliver(ids, 3)
    await until(async () => (await publishedCount()) === 20)
    for (const id of ids) expect(await countOf(id)).toBe(1)
    expect(await query('select count(*)::int from inbox')).toEqual([{ count: 20 }])
  })

  it('publishes every change once on LIVE and serves snapshots, also after NATS was wiped', async () => {
    await start()
    const id = newId()
    await put(id)
    const allStatesPublished = () => until(async () => !(await query('select * from live_outbox')).length)
    const message = (count: number) => ({
      subject: `live.shelf.all.${id}`,
      revision: count,
      open: true,
      state: { thing: { id, count } },
    })
    await deliver([id], 2)
    await until(async () => (await live()).messages.length === 1)
    expect((await live()).messages).toEqual([message(1)])
    await allStatesPublished()
    await nats.kill()
    nats.wipe()
    await nats.start()
    const answer = await until(async () => (await live()).answer)
    expect(answer).toEqual({ states: [message(1)], next: null })
    await deliver([id])
    await until(async () => (await live()).messages.length > 0)
    await allStatesPublished()
    expect(await live()).toEqual({ messages: [message(2)], answer: { states: [message(2)], next: null } })
  })

  it('is not ready while its database is away, parks nothing, and handles everything once it is back', async () => {
    await start()
    const ids = Array.from({ length: 10 }, () => newId())
    for (const id of ids) await put(id)
    const [{ name }] = (await query('select current_database() as name')) as [{ name: string }]
    const outside = new pg.Client({ connectionString: process.env.TEST_DATABASE_URL })
    await outside.connect()
    await outside.query(`alter database ${name} with allow_connections false`)
    await outside.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name])
    expect(await ready()).toEqual({ status: 503, body: { ready: false, missing: { database: 'does not answer' } } })
    await deliver(ids)
    const observer = await connectNats(nats.url, 'observer')
    const redelivered = async () => (await observer.manager.consumers.info(FACTS.name, 'shelf')).num_redelivered
    await until(async () => (await redelivered()) === 10)
    await observer.connection.close()
    await outside.query(`alter database ${name} with allow_connections true`)
    await outside.end()
    await openAdminSession()
    await until(async () => (await publishedCount()) === 10)
    expect(await query('select * from parked')).toEqual([])
    for (const id of ids) expect(await countOf(id)).toBe(1)
    await until(isReady)
  })

  it('parks a fact that it can’t handle, and goes on with others', async () => {
    await start()
    const [id, unknown] = [newId(), newId()]
    await put(id)
    await deliver([unknown, id])
    await until(async () => (await countOf(id)) === 1)
    const parked = await until(async () => (await query('select * from parked'))[0])
    expect(parked).toMatchObject({
      subject: `facts.courier.Delivered.${unknown}`,
      error: `Error: There is no thing ${unknown}.`,
    })
    expect(JSON.parse(parked.message)).toMatchObject({ id: parked.fact_id, data: { id: unknown } })
    expect(await query('select * from inbox where fact_id = $1', [parked.fact_id])).toEqual([])
  })
})
