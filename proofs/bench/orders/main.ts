// npm run bench:orders: what an order costs, over all processes, until my-page shows its stock as reserved, and to its delivery.
import { randomUUID } from 'node:crypto'
import { until } from '../../../chassis/testing/until.ts'
import { commandLine } from '../../../scripts/command-line.ts'
import { uuidOf } from '../../e2e/ids.ts'
import { type NumberedCustomer, orderOf, type People, people } from '../../e2e/people.ts'
import { startStack } from '../../testing/stack.ts'
import { type Usage, usageReader } from './usage.ts'

const { orders, clients, warmUp } = commandLine('bench:orders').options

const PLACE = `mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) {
  __typename ... on OrderPayload { order { id } } ... on PaymentDeferred { order { id } } ... on Failure { message } } }`

/** Customers do not wait for the provider here: a bench of our own work. */
const PROVIDER = { latencyMs: { min: 1, max: 2 }, capacity: 1_000 }

const STEPS = [
  ['bundang', 'receive'],
  ['bundang', 'decorate'],
  ['rider', 'depart'],
  ['rider', 'complete'],
] as const

type Placed = { ids: string[]; latencies: number[]; deferred: number }

const stack = await startStack({
  env: { LOG_LEVEL: 'warn', PAYMENT_DEADLINE_MS: '4500', MOST_UNPAID: '1000', MOST_DECLINED_AN_HOUR: '1000' },
})
try {
  await stack.sandbox('/settings', { method: 'PUT', body: JSON.stringify(PROVIDER) })
  const app = await people(stack, clients)
  const item = await restocked(app)
  const usage = await usageReader(stack)
  const idle = await usage.read()
  await run(warmUp)

  const start = await usage.read()
  const startedAt = performance.now()
  const placed = await run(orders)
  const seconds = (performance.now() - startedAt) / 1_000
  const reserved = await usage.read()
  await deliver(placed.ids)
  const delivered = await usage.read()
  reportSpeed(placed, seconds)
  reportCosts('until my-page shows StockReserved', [start, reserved], idle)
  reportCosts('from there to its delivery', [reserved, delivered], idle)
  await usage.end()

  /** Places `count` orders, one at a time for each client, and waits until my-page shows all of them as reserved. */
  async function run(count: number): Promise<Placed> {
    const placed: Placed = { ids: [], latencies: [], deferred: 0 }
    let next = 0
    const client = async (who: NumberedCustomer) => {
      while (next++ < count) {
        const from = performance.now()
        const { order, __typename, message } = await app.mutate(who, PLACE, { input: orderOf(item, 1) })
        if (!order) throw new Error(`An order was answered with ${__typename}: ${message}`)
        placed.latencies.push(performance.now() - from)
        placed.ids.push(order.id)
        if (__typename === 'PaymentDeferred') placed.deferred++
      }
    }
    await Promise.all(Array.from({ length: clients }, (_, index) => client(`customer-${index + 1}`)))
    await allHave('StockReserved', placed.ids)
    return placed
  }

  /** Takes the orders through store and delivery, one step after the other. */
  async function deliver(ids: string[]): Promise<void> {
    for (const [who, step] of STEPS) {
      const waiting = ids.values()
      const client = async () => {
        for (const id of waiting) await app.stepWhenReady(who, step, id)
      }
      await Promise.all(Array.from({ length: clients }, client))
    }
    await allHave('DeliveryCompleted', ids)
  }

  function allHave(fact: string, ids: string[]) {
    return until(
      async () => (await usage.withFact(fact, ids.map(uuidOf))) === ids.length,
      `my-page shows ${fact} of all orders`,
    )
  }
} finally {
  await stack.stop()
}

async function restocked(app: People) {
  const item = await app.itemCalled('안개꽃한다발')
  const change = 'mutation ($input: ChangeStockInput!) { changeStock(input: $input) { __typename } }'
  await app.mutate('bundang', change, { input: { idempotencyKey: randomUUID(), itemId: item.id, delta: 500_000 } })
  const restocked = async () => ((await app.itemCalled('안개꽃한다발')).available ?? 0) > 400_000
  await until(restocked, 'the new stock is on the menu')
  return item
}

function reportSpeed({ ids, latencies, deferred }: Placed, seconds: number) {
  const sorted = latencies.toSorted((a, b) => a - b)
  const at = (share: number) => Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0)
  console.log(
    `${ids.length} orders by ${clients} clients, each a customer: ${(ids.length / seconds).toFixed(1)} orders/s`,
  )
  console.log(`answered within p50 ${at(0.5)} ms, p99 ${at(0.99)} ms; ${deferred} deferred`)
}

function reportCosts(what: string, [before, after]: [Usage, Usage], idle: Usage) {
  const each = (from: number, to: number) => (to - from) / orders
  const programs = Object.keys(after.cpuMs).map((name) => ({
    program: name,
    cpuMs: round(each(before.cpuMs[name] ?? 0, after.cpuMs[name] ?? 0)),
    idleMiB: mib(idle.rssBytes[name]),
    nowMiB: mib(after.rssBytes[name]),
  }))
  const cpuMs = programs.reduce((sum, program) => sum + program.cpuMs, 0)
  console.log(`\nAn order ${what}: ${cpuMs.toFixed(1)} ms CPU`)
  console.table(programs.sort((a, b) => b.cpuMs - a.cpuMs))
  console.table({
    facts: round(each(before.facts.messages, after.facts.messages)),
    'bytes of FACTS': Math.round(each(before.facts.bytes, after.facts.bytes)),
    'live messages': round(each(before.live.messages, after.live.messages)),
    'bytes of LIVE': Math.round(each(before.live.bytes, after.live.bytes)),
    commits: round(each(before.commits, after.commits)),
    'bytes of write-ahead log': Math.round(each(before.walBytes, after.walBytes)),
    ...Object.fromEntries(
      Object.entries(after.databaseBytes).map(([name, bytes]) => [
        `bytes of ${name}'s database`,
        Math.round(each(before.databaseBytes[name] ?? 0, bytes)),
      ]),
    ),
  })
}

function round(number: number): number {
  return Number(number.toFixed(2))
}

function mib(bytes = 0): number {
  return Math.round(bytes / 2 ** 20)
}
