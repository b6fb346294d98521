// npm run bench:live: a router full of subscribers against a bare ws server that sends the same bytes (docs/router-costs.md).
import { setTimeout as pause } from 'node:timers/promises'
import { commandLine } from '../../../scripts/command-line.ts'
import { cpuMs, rssBytes } from '../processes.ts'
import { measureLatency } from './latency.ts'
import { messageOf, OPERATIONS, subjectOf } from './orders.ts'
import { type Bench, connectAll, prepare, type Server, stopAll } from './servers.ts'

const { options } = commandLine('bench:live')
const ROUNDS = options.rounds
/** Grows through all comparisons, because a revision is delivered only once. */
let revision = 0
/** Deliveries in a round, for each of the two servers. */
const DELIVERIES = 40_000
/** Updates in flight to all clients: with more, the bench would measure the clients' queues. */
const MAX_IN_FLIGHT = 4

try {
  const bench = await prepare()
  await measureMemory(bench, options.grown)
  console.log('\nCPU µs of the process for a delivery; bare: the same bytes from a bare ws server;')
  console.log('fetching: from a bare ws server that first fetches from the order context by a bare POST')
  console.log(row('', 'clients', 'router', 'bare', 'ratio', 'fetching', 'ratio'))
  for (const [name, query] of Object.entries(OPERATIONS)) {
    await compare(bench, `broadcast, ${name}`, query, options.clients, 'one')
    await compare(bench, `distinct, ${name}`, query, options.clients, 'each')
  }
  await compare(bench, 'broadcast, payload only', OPERATIONS['payload only'], options.grown, 'one')
  await compare(bench, 'distinct, payload only', OPERATIONS['payload only'], options.grown, 'each')
  await stopAll()
  const { sinceSent, sinceAnswered } = await measureLatency(options.orders)
  console.log(`\nFrom a mutation to the client that watches, in ms, ${options.orders} orders`)
  console.log(row('', '', 'p50', 'p99', ''))
  for (const [name, all] of Object.entries({ 'its response (its commit)': sinceAnswered, 'its request': sinceSent }))
    console.log(row(`since ${name}`, '', quantile(all, 0.5).toFixed(1), quantile(all, 0.99).toFixed(1), ''))
} finally {
  await stopAll()
}

/**
 * Prints the memory per waiting client. It runs first, in new processes, because memory that earlier clients left behind
 * would be counted as free. The first thousands include one-time costs (buffers, heap growth, compiled code); the growth
 * after them is the cost of each further client.
 */
async function measureMemory(bench: Bench, count: number) {
  const { router, floor } = bench
  console.log('KiB of memory (RSS, after a collection) for a waiting client, each with its own order')
  console.log(row('', 'clients', 'router', 'bare', 'ratio'))
  const memoryWith = async (clients: number) => {
    await connectAll(bench, OPERATIONS['payload only'], clients, (n) => n)
    const memory = await memoryOf(bench)
    await Promise.all([router.clients.disconnect(), floor.clients.disconnect()])
    return { clients, ...memory }
  }
  let before = { ...(await memoryWith(Math.min(64, count))), clients: 0 }
  for (const clients of [count / 2, count, count * 2]) {
    const after = await memoryWith(clients)
    const [a, b] = [after.router - before.router, after.floor - before.floor]
    const each = (bytes: number) => (bytes / (clients - before.clients) / 1_024).toFixed(1)
    const name = before.clients ? `from ${before.clients} on` : 'the first'
    console.log(row(`waiting, ${name}`, `${clients}`, each(a), each(b), (a / b).toFixed(2)))
    before = after
  }
}

async function memoryOf({ router, floor }: Bench) {
  await pause(2_000)
  for (const { pid } of [router, floor]) process.kill(pid, 'SIGUSR2')
  await pause(1_000)
  return { router: rssBytes(router.pid), floor: rssBytes(floor.pid) }
}

/** Connects `count` clients to each of the two servers, measures them in turns, and prints the CPU time per delivery. */
async function compare(bench: Bench, name: string, query: string, count: number, who: 'one' | 'each') {
  const { nats, router, floor } = bench
  const everyone = Array.from({ length: count }, (_, n) => n)
  const watched = who === 'one' ? [0] : everyone
  const watchedBy = (n: number) => (who === 'one' ? 0 : n)
  await connectAll(bench, query, count, watchedBy)
  // Published without waiting for acks, so that both servers get their messages at the same pace: with acks, the router
  // would get its messages one by one, each with a wake-up of its own.
  const updateAll = async () => {
    revision += 1
    for (const n of watched) nats.connection.publish(subjectOf(n), JSON.stringify(messageOf(n, revision)))
    await nats.connection.flush()
  }
  const updates = Math.ceil(DELIVERIES / count)
  // A tick of the CPU clock is large compared with the floor's cost, and small compared with a delivery that fetches.
  const routerUpdates = query === OPERATIONS['payload only'] || who === 'one' ? updates : Math.ceil(updates / 10)
  await deliver(router, updateAll, routerUpdates, count) // A warm-up, so that Node compiles the hot code.
  const sameBytes = Buffer.from(router.clients.text())
  const sendAll = async (feed: 'floor' | 'fetching') => {
    for (const n of watched) nats.connection.publish(`${feed}.${n}`, sameBytes)
    await nats.connection.flush()
  }
  const bare = () => deliver(floor, () => sendAll('floor'), updates, count)
  const fetching = () => deliver(floor, () => sendAll('fetching'), routerUpdates, count)
  const hasFetch = query !== OPERATIONS['payload only']
  await bare()
  if (hasFetch) await fetching()

  const routerCosts: number[] = []
  const bareCosts: number[] = []
  const fetchingCosts: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    routerCosts.push(await deliver(router, updateAll, routerUpdates, count))
    bareCosts.push(await bare())
    if (hasFetch) fetchingCosts.push(await fetching())
  }
  await Promise.all([router.clients.disconnect(), floor.clients.disconnect()])
  const [a, b, c] = [median(routerCosts), median(bareCosts), median(fetchingCosts)]
  const second = hasFetch ? [c.toFixed(1), (a / c).toFixed(2)] : []
  console.log(row(name, `${count}`, a.toFixed(1), b.toFixed(1), (a / b).toFixed(2), ...second))
}

/** Sends `updates` updates to every client, a few at a time; returns the server's CPU time for one delivery, in µs. */
async function deliver({ pid, clients }: Server, send: () => Promise<void>, updates: number, count: number) {
  const received = clients.received()
  const startedAt = cpuMs(pid)
  for (let sent = 0; sent < updates; ) {
    const batch = Math.min(MAX_IN_FLIGHT, updates - sent)
    for (let n = 0; n < batch; n++) await send()
    sent += batch
    await clients.waitFor(received + sent * count)
  }
  return ((cpuMs(pid) - startedAt) * 1_000) / (updates * count)
}

function median(numbers: number[]): number {
  return quantile(numbers, 0.5)
}

function quantile(numbers: number[], part: number): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length * part)] ?? 0
}

function row(name: string, ...cells: string[]): string {
  return name.padEnd(36) + cells.map((cell) => cell.padStart(9)).join('')
}
