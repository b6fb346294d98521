import { join } from 'node:path'
import pg from 'pg'
import { connectNats, FACTS, LIVE } from '../../../chassis/nats/connection.ts'
import type { Schema } from '../../../chassis/postgres/database.ts'
import { migrateDatabase } from '../../../chassis/postgres/migrate.ts'
import {
  databaseName,
  databaseUrl,
  makeDatabases,
  ownerOf,
} from '../../../scripts/launcher/infrastructure/databases.ts'
import { freePort } from '../../../scripts/launcher/infrastructure/ports.ts'
import { secretsIn } from '../../../scripts/launcher/infrastructure/secrets.ts'
import { schema as itemSchema } from '../../../subgraphs/item/outbound/postgres/database.ts'
import { schema as myPageSchema } from '../../../subgraphs/my-page/outbound/postgres/database.ts'
import { schema as orderSchema } from '../../../subgraphs/order/outbound/postgres/database.ts'
import { schema as paymentSchema } from '../../../subgraphs/payment/outbound/postgres/database.ts'
import { schema as storeSchema } from '../../../subgraphs/store/outbound/postgres/database.ts'
import { uuidOf } from '../../e2e/ids.ts'
import { orderOf, people } from '../../e2e/people.ts'
import { openShop } from '../../e2e/shops.ts'
import { type Stack, startStack } from '../../testing/stack.ts'
import { run } from '../processes.ts'
import { FACTS_SUBJECTS, LIVE_SUBJECTS } from './floor/messages.ts'
import { FLOOR_FACTS, FLOOR_LIVE } from './floor/streams.ts'
import { openHotWindows } from './shops.ts'
import { type Place, type Usage, usageOf } from './usage.ts'

/** A system that takes orders. */
export type Contender = {
  name: string
  /** The ids of windows with a limit, of one day of one store; none if the system knows no windows. */
  hotWindows: string[]
  /**
   * Places and pays one order of one unit as the customer with this number, from 1: in this window, or without one at a store that
   * has no calendar. `id` is the order's UUID.
   */
  place(customer: number, windowId?: string): Promise<{ id: string; isDeferred: boolean }>
  usage: Usage
  end(): Promise<void>
}

/** Customers do not wait for the provider here: a bench of our own work. */
const PROVIDER = { latencyMs: { min: 1, max: 2 }, capacity: 1_000 }

const PLACE = `mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) {
  __typename ... on OrderPayload { order { id } } ... on PaymentDeferred { order { id } } ... on Failure { message } } }`

/** Starts the whole system from a checkout, with `customers` demo customers, and two stores with enough stock. */
export async function startSystem(name: string, customers: number, checkout?: string) {
  const stack = await startStack({
    checkout,
    env: { LOG_LEVEL: 'warn', PAYMENT_DEADLINE_MS: '4500', MOST_UNPAID: '1000', MOST_DECLINED_AN_HOUR: '1000' },
  })
  await stack.sandbox('/settings', { method: 'PUT', body: JSON.stringify(PROVIDER) })
  const app = await people(stack, customers)
  const shop = await openShop(app, 'No calendar')
  const hotShop = await openShop(app, 'Hot windows')
  const hotWindows = await openHotWindows(app, hotShop.store.id)
  const place = await placeOf(stack)
  const usage = await usageOf(place)
  const contender: Contender = {
    name,
    hotWindows,
    usage,
    end: async () => {
      await usage.end()
      await stack.stop()
    },
    place: async (customer, windowId) => {
      const { recipient, ...order } = orderOf(windowId ? hotShop : shop, 1)
      const input = { ...order, recipient: withoutCode(recipient), windowId }
      const { order: placed, __typename, message } = await app.mutate(`customer-${customer}`, PLACE, { input })
      if (!placed) throw new Error(`An order was answered with ${__typename}: ${message}`)
      return { id: uuidOf(placed.id), isDeferred: __typename === 'PaymentDeferred' }
    },
  }
  return { stack, app, shop, hotShop, place, contender }
}

/** A system from before there were windows knows no postal codes. */
const withoutCode = ({ postalCode: _, ...recipient }: ReturnType<typeof orderOf>['recipient']) => recipient

export type System = Awaited<ReturnType<typeof startSystem>>

async function placeOf(stack: Stack): Promise<Place> {
  const programs = await stack.processes()
  const secret = secretsIn(join(stack.dataDir, 'secrets.json'))
  const portOf = (program: string) => programs.find(({ name }) => name === program)?.port ?? 0
  return {
    programs,
    prefix: 'flower_',
    databaseUrl: (name) => `postgres://postgres:${secret('postgres')}@127.0.0.1:${portOf('postgres')}/${name}`,
    natsUrl: `nats://admin:${secret('nats')}@127.0.0.1:${portOf('nats')}`,
    streams: { facts: FACTS.name, live: LIVE.name },
  }
}

/** The contexts in whose part of an order the floor takes part, and the rows that it needs of what they know. */
const CONTEXTS: Record<string, { schema: Schema; known: string[] }> = {
  order: { schema: orderSchema, known: ['stores', 'menu', 'calendars'] },
  payment: { schema: paymentSchema, known: [] },
  item: { schema: itemSchema, known: ['item'] },
  store: { schema: storeSchema, known: ['stores', 'calendars'] },
  'my-page': { schema: myPageSchema, known: ['store_names'] },
}
const FLOOR_PREFIX = 'floor_'
/** Of databases that live as long as the bench, on 127.0.0.1. */
const PASSWORD = 'floor'

/**
 * Starts the floor (floor/main.ts) on the PostgreSQL, NATS and sandbox of `system`, in databases and streams of its own that are made
 * like the system's.
 */
export async function startFloor({ stack, place, shop, hotShop, contender }: System): Promise<Contender> {
  const adminUrl = place.databaseUrl('postgres')
  const password = () => PASSWORD
  const contexts = Object.keys(CONTEXTS)
  const urls = await makeDatabases({ adminUrl, contexts, password, ownerPassword: password, prefix: FLOOR_PREFIX })
  for (const [context, { schema, known }] of Object.entries(CONTEXTS)) {
    const name = databaseName(FLOOR_PREFIX, context)
    await migrateDatabase(databaseUrl(adminUrl, name, ownerOf(name), PASSWORD), schema, name)
    for (const table of known)
      await copyRows(table, place.databaseUrl(databaseName(place.prefix, context)), place.databaseUrl(name))
  }
  await addStreams(place.natsUrl)

  const port = await freePort()
  const sandbox = (await stack.processes()).find(({ name }) => name === 'provider')
  const env = {
    PORT: String(port),
    DATABASE_URLS: JSON.stringify(urls),
    NATS_URL: place.natsUrl,
    PROVIDER_URL: `http://127.0.0.1:${sandbox?.port}`,
    PROVIDER_TOKEN: secretsIn(join(stack.dataDir, 'secrets.json'))('provider'),
  }
  const { pid, stop } = await run('proofs/bench/orders/floor/main.ts', env, port)
  const shared = place.programs.filter(({ name }) => ['postgres', 'nats', 'provider'].includes(name))
  const usage = await usageOf({
    ...place,
    programs: [{ name: 'floor', pid }, ...shared],
    prefix: FLOOR_PREFIX,
    streams: { facts: FLOOR_FACTS, live: FLOOR_LIVE },
  })
  return {
    name: 'floor',
    hotWindows: contender.hotWindows,
    usage,
    end: async () => {
      await usage.end()
      await stop()
    },
    place: async (customer, windowId) => {
      const { storeId, lines, ...order } = orderOf(windowId ? hotShop : shop, 1)
      const body = JSON.stringify({
        ...order,
        windowId,
        customerId: `01900000-0000-7000-8002-${String(customer).padStart(12, '0')}`,
        storeId: uuidOf(storeId),
        lines: lines.map((line) => ({ ...line, itemId: uuidOf(line.itemId) })),
      })
      const response = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body })
      const { id } = (await response.json()) as { id: string } // floor/main.ts answers it.
      return { id, isDeferred: false }
    },
  }
}

async function copyRows(table: string, fromUrl: string, toUrl: string): Promise<void> {
  const [from, to] = [new pg.Client(fromUrl), new pg.Client(toUrl)]
  await Promise.all([from.connect(), to.connect()])
  const { rows } = await from.query(`SELECT coalesce(json_agg(t), '[]') AS rows FROM ${table} t`)
  const insert = `INSERT INTO ${table} SELECT * FROM json_populate_recordset(NULL::${table}, $1)`
  await to.query(insert, [JSON.stringify(rows[0].rows)])
  await Promise.all([from.end(), to.end()])
}

async function addStreams(natsUrl: string): Promise<void> {
  const nats = await connectNats(natsUrl, 'bench')
  const { description: _, ...live } = LIVE
  await nats.manager.streams.add({ ...FACTS, name: FLOOR_FACTS, subjects: [`${FACTS_SUBJECTS}.>`] })
  await nats.manager.streams.add({ ...live, name: FLOOR_LIVE, subjects: [`${LIVE_SUBJECTS}.>`] })
  await nats.end()
}
