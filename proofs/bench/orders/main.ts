// npm run bench:orders: what an order costs, over all processes, until my-page shows its stock as reserved.
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

  const before = await usage.read()
  const startedAt = performance.now()
  const placed = await run(orders)
  const seconds = (performance.now() - startedAt) / 1_000
  report(before, await usage.read(), placed, seconds, idle)
  await usage.end()

  /** Places `count` orders, one at a time for each client, and waits until my-page shows all of them as reserved. */
  async function run(count: number): Promise<Placed> {
    const placed: Placed = { ids: [], latencies: [], deferred: 0 }
    let next = 0
    const client = async (who: NumberedCustomer) => {
      while (next++ < count) {
        const from = performance.now()
        const input = orderOf(item, 1)
        const { order, __typename, message } = await app.mutate(who, PLACE, { input })
        if (!order) throw new Error(`An order was answered with ${__typename}: ${message}`)
        placed.latencies.push(performance.now() - from)
        placed.ids.push(uuidOf(order.id))
        if (__typename === 'PaymentDeferred') placed.deferred++
      }
    }
    await Promise.all(Array.from({ length: clients }, (_, index) => client(`customer-${index + 1}`)))
    const all = async () => (await usage.reserved(placed.ids)) === placed.ids.length
    await until(all, 'my-page shows all orders as reserved')
    return placed
  }
} finally {
  await stack.stop()
}

async function restocked(app: People) {
  const item = await app.itemCalled('안개꽃한다발')
  const change = 'mutation ($input: ChangeStockInput!) { changeStock(input: $input) { __typename } }'
  await app.mutate('bundang', change, { input: { idempotencyKey: randomUUID(), itemId: item.id, delta: 500_000 } })
  const restocked = async () => (await app.itemCalled('안개꽃한다발')).available > 400_000
  await until(restocked, 'the new stock is on the menu')
  return item
}

function report(before: Usage, after: Usage, { ids, latencies, deferred }: Placed, seconds: number, idle: Usage) {
  const count = ids.length
  const sorted = latencies.toSorted((a, b) => a - b)
  const at = (share: number) => Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0)
  console.log(`${count} orders by ${clients} clients, each a customer, until my-page shows StockReserved`)
  console.log(
    `${(count / seconds).toFixed(1)} orders/s; answered within p50 ${at(0.5)} ms, p99 ${at(0.99)} ms; ${deferred} deferred\n`,
  )

  const cpu = Object.entries(after.cpuMs).map(([name, ms]) => ({
    program: name,
    'CPU ms an order': round((ms - (before.cpuMs[name] ?? 0)) / count),
    'MiB idle': mib(idle.rssBytes[name]),
    'MiB now': mib(after.rssBytes[name]),
  }))
  const total = cpu.reduce((sum, row) => sum + row['CPU ms an order'], 0)
  console.table(cpu.sort((a, b) => b['CPU ms an order'] - a['CPU ms an order']))
  console.log(`all: ${total.toFixed(1)} ms CPU an order\n`)

  const each = (bytes: number) => Math.round(bytes / count)
  console.table({
    'facts an order': round((after.facts.messages - before.facts.messages) / count),
    'bytes of FACTS an order': each(after.facts.bytes - before.facts.bytes),
    'live messages an order': round((after.live.messages - before.live.messages) / count),
    'bytes of LIVE an order': each(after.live.bytes - before.live.bytes),
    'commits an order': round((after.commits - before.commits) / count),
    'bytes of WAL an order': each(after.walBytes - before.walBytes),
    ...Object.fromEntries(
      Object.entries(after.databaseBytes).map(([name, bytes]) => [
        `bytes of the database of ${name} an order`,
        each(bytes - (before.databaseBytes[name] ?? 0)),
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
