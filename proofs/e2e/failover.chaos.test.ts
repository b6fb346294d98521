import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type { MikroORM } from '@mikro-orm/postgresql'
import { newId } from '../../chassis/ids.ts'
import { createLogger } from '../../chassis/log.ts'
import { connectNats, FACTS, type Nats, streamOn } from '../../chassis/nats/connection.ts'
import { consume } from '../../chassis/nats/consume.ts'
import { ensureStream } from '../../chassis/nats/keep-streams.ts'
import { openDatabase, type Schema } from '../../chassis/postgres/database.ts'
import { postgresTransactions } from '../../chassis/postgres/transactions.ts'
import { relayFacts } from '../../chassis/run-relay.ts'
import { type Forwarder, forwarder } from '../../chassis/testing/forwarder.ts'
import { type NatsServer, natsServer } from '../../chassis/testing/nats-server.ts'
import { type PostgresServer, postgresServer, standbyOf } from '../../chassis/testing/postgres-server.ts'
import { until } from '../../chassis/testing/until.ts'
import { readFactOn, subjectsOf } from '../../schema/events/facts.ts'
import { stampWith } from '../../schema/events/stamp.ts'
import { hears } from '../../subgraphs/my-page/inbound/nats/hears.ts'
import * as pageDatabase from '../../subgraphs/my-page/outbound/postgres/database.ts'
import { wire as wirePage } from '../../subgraphs/my-page/wire.ts'
import * as orderDatabase from '../../subgraphs/order/outbound/postgres/database.ts'
import { wire as wireOrder } from '../../subgraphs/order/wire.ts'
import { migratedDatabase } from '../testing/database.ts'

const log = createLogger('test')
log.level = 'silent'
const CUSTOMERS = 8

let primary: PostgresServer
let standby: Awaited<ReturnType<typeof standbyOf>>
let service: Forwarder
let server: NatsServer
let nats: Nats
const running: { stop(): Promise<void> }[] = []
const opened: MikroORM[] = []

beforeAll(async () => {
  ;[primary, server] = await Promise.all([postgresServer(), natsServer()])
  process.env.TEST_DATABASE_URL = primary.url
  nats = await connectNats(server.url, 'order')
  await ensureStream(nats, FACTS)
  service = await forwarder(portOf(primary))
})
afterAll(async () => {
  await Promise.all(running.map((each) => each.stop()))
  await Promise.all(opened.map((orm) => orm.close(true)))
  await nats.end()
  await service.end()
  await Promise.all([primary.end(), standby.end(), server.end()])
})

const portOf = ({ url }: Pick<PostgresServer, 'url'>) => Number(new URL(url).port)
const through = (url: string) => Object.assign(new URL(url), { port: String(service.port) }).href
const clock = { now: () => new Date(), newId }
const stamp = stampWith(clock)

/** A context's database on the primary; its processes reach it by the service. */
async function open(name: string, schema: Schema) {
  const { url } = await migratedDatabase(name, schema)
  const orm = await openDatabase(through(url), schema)
  opened.push(orm)
  return { orm, url: through(url) }
}

/** The synchronous standby, with all that the primary has. */
async function startStandby() {
  standby = await standbyOf(primary)
  await primary.query("alter system set synchronous_standby_names = 'standby'")
  await primary.query('select pg_reload_conf()')
  const state = () => primary.query('select sync_state from pg_stat_replication')
  await until(async () => (await state()).rows[0]?.sync_state === 'sync')
}

it('a promoted standby has every order that was acknowledged, and facts and their hearers go on exactly', async () => {
  const [orders, page] = [await open('order', orderDatabase.schema), await open('my-page', pageDatabase.schema)]
  const transact = postgresTransactions(orders.orm, stamp, orderDatabase.tables)
  const order = wireOrder({
    ...clock,
    transact,
    charge: async () => ({ answer: 'Approved' }),
    unpaidSince: async () => [],
    customersToErase: async () => [],
    settings: {
      payWithinMs: 600_000,
      payForPlaceWithinMs: 600_000,
      payAfterCutOffMs: 600_000,
      expireAfterMs: 600_000,
      mostUnpaid: 1_000,
      mostUnpaidPlaces: 1_000,
      mostDeclinedAnHour: 10,
      chargeTimeoutMs: 1_000,
    },
  })
  const myPage = wirePage({ transact: postgresTransactions(page.orm, stamp, pageDatabase.tables) })
  const [storeId, itemId] = [newId(), newId()]
  const price = { amount: 50_000, currency: 'KRW' } as const
  await transact(newId(), async (tx) => {
    tx.stores.save({ id: storeId, ownerId: newId(), name: 'KJSHOP' })
    const versions = { priceVersion: 1, availableVersion: 1 }
    tx.menu.save({
      id: itemId,
      storeId,
      name: '장미',
      price,
      available: 999,
      madeToOrder: false,
      withdrawn: false,
      ...versions,
    })
  })
  await startStandby()
  running.push(relayFacts(orders.url, streamOn(nats, FACTS), log))
  const handle = (wire: unknown, subject: string) => myPage.hear(readFactOn(subject, wire))
  const hearing = { name: 'my-page', subjects: subjectsOf(hears), handle, isTransient: () => true }
  running.push(consume(nats, { ...hearing, park: async () => {} }, log))

  const acknowledged: string[] = []
  let failures = 0
  let isOver = false
  /** A customer who orders again and again, and repeats what was not acknowledged, as an app does. */
  const shopping = async () => {
    const recipient = { name: '김하늘', phone: '010-1234-5678', address: '경기도 성남시 분당구 1' }
    while (!isOver) {
      const input = {
        ...{ idempotencyKey: newId(), storeId, lines: [{ itemId, quantity: 1 }] },
        ...{ recipient, expectedTotal: price, paymentToken: 'tok_ok' },
      }
      const customerId = newId()
      const placed = await until(() =>
        order.commands.placeOrder(customerId, input).catch(() => {
          failures++
          return null
        }),
      )
      if (!('order' in placed)) throw new Error(placed.type)
      acknowledged.push(placed.order.id)
    }
  }
  const customers = Array.from({ length: CUSTOMERS }, shopping)
  const progress = async (more: number) => {
    const before = acknowledged.length
    await until(() => acknowledged.length >= before + more)
  }

  await progress(50)
  await primary.kill()
  await standby.promote()
  service.leadTo(portOf(standby))
  await progress(50)
  isOver = true
  await Promise.all(customers)
  expect(failures).toBeGreaterThan(0) // Otherwise nothing was under way.

  const idsIn = async ({ orm }: typeof orders, sql: string) =>
    (await orm.em.fork().execute<{ id: string }[]>(sql)).map(({ id }) => id).toSorted()
  const kept = await idsIn(orders, 'select id from orders')
  expect(acknowledged.filter((id) => !kept.includes(id))).toEqual([])
  expect(kept).toHaveLength(acknowledged.length) // What was repeated is one order.

  await until(async () => (await idsIn(orders, 'select id from outbox where sequence is null')).length === 0)
  const said = await idsIn(orders, 'select id from outbox')
  const { state } = await nats.manager.streams.info(FACTS.name)
  const sequences = Array.from({ length: state.messages }, (_, index) => state.first_seq + index)
  const stored = await Promise.all(sequences.map((seq) => nats.manager.streams.getMessage(FACTS.name, { seq })))
  expect(stored.map((message) => message.json<{ id: string }>().id).toSorted()).toEqual(said)
  await until(async () => (await idsIn(page, 'select fact_id as id from inbox')).length === said.length)
  expect(await idsIn(page, 'select id from entries')).toEqual(kept)
})
