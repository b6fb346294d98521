// npm run siege: customers place more orders than the payment provider can charge.
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { until } from '../../chassis/testing/until.ts'
import type { Answer } from '../../scripts/client.ts'
import { type MenuItem, type NumberedCustomer, orderOf, type People, people, type ResultFields } from '../e2e/people.ts'
import { type Stack, startStack } from '../testing/stack.ts'

const USAGE = 'npm run siege -- [--seconds 60] [--clients 100] [--capacity 8]'

const { seconds, clients, capacity } = readArguments()
const LATENCY = { min: 400, max: 620 }
const DEADLINE_MS = 610
const WARM_UP_MS = 10_000
/** A customer's mean pause between two orders. */
const THINK_TIME_MS = 2_000
/** Every order must be paid within this time after the provider has recovered. */
const RECOVERY_TIMEOUT_MS = 300_000

/** Orders that reached a store unpaid. */
const fulfilledUnpaid = new Set<string>()

type Placed = { who: NumberedCustomer; orderId: string; answer: string; tookMs: number }
type Order = {
  id: string
  who: NumberedCustomer
  status: string
  payment: { status: string } | null
  storeOrder: { id: string } | null
}

const stack = await startStack({
  env: {
    PROVIDER_AT_ONCE: String(capacity),
    PAYMENT_DEADLINE_MS: String(DEADLINE_MS),
    MOST_UNPAID: '1000',
    MOST_DECLINED_AN_HOUR: '1000', // open payments count like declined ones
    LOG_LEVEL: 'warn',
  },
})
try {
  const app = await people(stack, clients)
  await restock(app)
  await configureProvider({ latencyMs: LATENCY, capacity })
  // A warm-up, so that Node has compiled the hot code before the measurement.
  await placeOrders(app, Date.now() + WARM_UP_MS)
  const startedAt = Date.now()
  const before = cpuTimes()
  const placed = await placeOrders(app, startedAt + seconds * 1_000)
  const busy = busyShare(before, cpuTimes())
  const charged = await chargesSince(startedAt, startedAt + seconds * 1_000)
  report(placed, charged)
  console.log(`this machine       ${busy} busy (near 100 %, the figures measure the machine instead of the system)`)
  console.log(`\nThe circuit from order to payment, seconds after the start:\n${circuit(stack, startedAt)}`)

  await configureProvider({ latencyMs: { min: 20, max: 60 }, capacity: 1_000 })
  await payAll(app, placed)
} finally {
  await stack.stop()
}

function readArguments() {
  const options = {
    seconds: { type: 'string', default: '60' },
    clients: { type: 'string', default: '100' },
    /** The number of charges that the provider processes concurrently. */
    capacity: { type: 'string', default: '8' },
  } as const
  const count = z.coerce.number().int().min(1)
  try {
    return z.object({ seconds: count, clients: count, capacity: count }).parse(parseArgs({ options }).values)
  } catch {
    console.error(USAGE)
    process.exit(2)
  }
}

async function restock(app: People): Promise<void> {
  const { id } = await app.itemCalled('안개꽃한다발')
  const change = 'mutation ($input: ChangeStockInput!) { changeStock(input: $input) { __typename } }'
  await app.mutate('bundang', change, { input: { idempotencyKey: randomUUID(), itemId: id, delta: 500_000 } })
  await until(
    async () => (await app.place('lee', await app.itemCalled('안개꽃한다발'), 500)).order,
    'the new stock is on the menu',
  )
}

async function configureProvider(settings: object): Promise<void> {
  await stack.sandbox('/settings', { method: 'PUT', body: JSON.stringify(settings) })
}

async function chargesSince(from: number, to: number): Promise<number> {
  // The book's shape: subgraphs/payment/sandbox/README.md.
  const { entries } = (await stack.sandbox('/book')) as { entries: { type: string; at: string }[] }
  return entries.filter(({ type, at }) => type === 'charge' && Date.parse(at) >= from && Date.parse(at) <= to).length
}

async function placeOrders(app: People, end: number): Promise<Placed[]> {
  const item = await app.itemCalled('안개꽃한다발')
  const placed: Placed[] = []
  const client = async (who: NumberedCustomer) => {
    while (Date.now() < end) {
      const from = performance.now()
      const result: Partial<ResultFields> = await place(app, who, item).catch(() => ({ __typename: 'no answer' }))
      const tookMs = performance.now() - from
      placed.push({ who, orderId: result.order?.id ?? '', answer: result.__typename ?? '', tookMs })
      await pause(THINK_TIME_MS * (0.5 + Math.random()))
    }
  }
  await Promise.all(Array.from({ length: clients }, (_, index) => client(`customer-${index + 1}`)))
  return placed
}

/** Selects only the order and its status, to keep each request cheap. */
function place(app: People, who: NumberedCustomer, item: MenuItem): Promise<ResultFields> {
  const mutation = `mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) {
    __typename ... on OrderPayload { order { id status } } ... on PaymentDeferred { order { id status } } } }`
  return app.mutate(who, mutation, { input: orderOf(item, 1) })
}

function report(placed: Placed[], charged: number): void {
  const possible = (capacity * 1_000) / ((LATENCY.min + LATENCY.max) / 2)
  console.log(`${clients} clients, each a customer, ${seconds} s, provider at ${LATENCY.min}–${LATENCY.max} ms,`)
  console.log(`${capacity} at once (payment sends no more), payment's deadline ${DEADLINE_MS} ms`)
  for (const [answer, list = []] of Object.entries(Object.groupBy(placed, ({ answer }) => answer))) {
    const share = ((100 * list.length) / placed.length).toFixed(1)
    console.log(`${answer.padEnd(18)} ${list.length} (${share} %), ${times(list)}`)
  }
  console.log(`all                ${placed.length}, ${times(placed)}`)
  const perSecond = charged / seconds
  const share = ((100 * perSecond) / possible).toFixed(0)
  console.log(`charged            ${perSecond.toFixed(1)}/s of ${possible.toFixed(1)}/s possible: ${share} %`)
}

function times(placed: Placed[]): string {
  const took = placed.map(({ tookMs }) => tookMs).sort((a, b) => a - b)
  const at = (share: number) => `${(took[Math.floor((took.length - 1) * share)] ?? 0).toFixed(0)} ms`
  return `answered within p50 ${at(0.5)}, p99 ${at(0.99)}, max ${at(1)}`
}

/** The time in ms that all cores have been busy and idle since the machine started. */
function cpuTimes(): { busy: number; idle: number } {
  const times = cpus().map(({ times: { idle, ...busy } }) => ({
    idle,
    busy: Object.values(busy).reduce((a, b) => a + b),
  }))
  return { busy: times.reduce((sum, { busy }) => sum + busy, 0), idle: times.reduce((sum, { idle }) => sum + idle, 0) }
}

function busyShare(from: ReturnType<typeof cpuTimes>, to: ReturnType<typeof cpuTimes>): string {
  const [busy, idle] = [to.busy - from.busy, to.idle - from.idle]
  return `${((100 * busy) / (busy + idle)).toFixed(0)} %`
}

/** The circuit's states with their times, from order's log. */
function circuit({ dataDir }: Stack, startedAt: number): string {
  const lines = readFileSync(join(dataDir, 'logs', 'order.log'), 'utf8').split('\n')
  const changes = lines
    .filter((line) => line.includes('the circuit to payment changed'))
    .map((line) => JSON.parse(line) as { time: string; state: string })
    .map(({ time, state }) => ({ state, after: (Date.parse(time) - startedAt) / 1_000 }))
  const atFirst = changes.findLast(({ after }) => after < 0)?.state ?? 'closed'
  const since = changes.filter(({ after }) => after >= 0)
  return [{ after: 0, state: atFirst }, ...since]
    .map(({ after, state }) => `${after.toFixed(1).padStart(6)}  ${state}`)
    .join('\n')
}

/** Calls payOrder for unpaid orders until all are paid; counts orders that reached a store unpaid. */
async function payAll(app: People, placed: Placed[]): Promise<void> {
  const mutation = 'mutation ($input: PayOrderInput!) { payOrder(input: $input) { __typename } }'
  const pay = ({ id, who }: Order) => app.mutate(who, mutation, { input: { orderId: id, paymentToken: 'tok_ok' } })
  const answered = new Set(placed.map(({ orderId }) => orderId).filter(Boolean)).size
  const from = Date.now()
  let payments = 0
  let orders: Order[] = []
  for (let waiting = answered; waiting > 0 || orders.length !== answered; ) {
    if (Date.now() - from > RECOVERY_TIMEOUT_MS)
      throw new Error(`After ${RECOVERY_TIMEOUT_MS} ms ${waiting} orders are unpaid.`)
    orders = await allOrders(app, placed)
    const unpaid = orders.filter(({ payment }) => payment?.status !== 'APPROVED')
    for (const order of unpaid) await pay(order)
    waiting = unpaid.length
    payments += waiting
  }
  const unpaid = orders.filter(({ payment, storeOrder }) => storeOrder && payment?.status !== 'APPROVED')
  const took = ((Date.now() - from) / 1_000).toFixed(0)
  console.log(
    `\nThe provider has recovered: ${payments} calls of payOrder, and all ${orders.length} orders are paid after ${took} s`,
  )
  console.log(`fulfilled without payment: ${fulfilledUnpaid.size + unpaid.length}`)
}

async function allOrders(app: People, placed: Placed[]): Promise<Order[]> {
  const query = `query ($after: Cursor) { myPage(first: 100, after: $after) {
    nodes { order { id status payment { status } storeOrder { id } } } pageInfo { hasNextPage endCursor } } }`
  type Page = {
    myPage: { nodes: { order: Omit<Order, 'who'> }[]; pageInfo: { hasNextPage: boolean; endCursor: string } }
  }
  const placedIds = new Set(placed.map(({ orderId }) => orderId))
  const orders: Order[] = []
  for (const who of new Set(placed.map(({ who }) => who))) {
    for (let after: string | null = null, more = true; more; ) {
      const page: Answer<Page> = await app.as<Page>(who, query, { after })
      if (!page.data) throw new Error(JSON.stringify(page.errors))
      const { nodes, pageInfo } = page.data.myPage
      orders.push(...nodes.map(({ order }) => ({ ...order, who })).filter(({ id }) => placedIds.has(id)))
      after = pageInfo.endCursor
      more = pageInfo.hasNextPage
    }
  }
  for (const { id, payment, storeOrder } of orders) {
    if (storeOrder && payment?.status !== 'APPROVED') fulfilledUnpaid.add(id)
  }
  return orders
}
