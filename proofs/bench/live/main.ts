// npm run bench:live: a router full of subscribers against a bare ws server that sends the same bytes (docs/router-costs.md).
import { setTimeout as pause } from 'node:timers/promises'
import { commandLine } from '../../../scripts/command-line.ts'
import { cpuMs, rssBytes } from '../processes.ts'
import { measureLatency } from './latency.ts'
import { messageOf, OPERATIONS, subjectOf } from './orders.ts'
import { type Bench, connectAll, endAll, prepare, type Server } from './servers.ts'

const { options } = commandLine('bench:live')
const ROUNDS = options.rounds
/** Grows through all comparisons: what was shown before would not be told again. */
let revision = 0
/** Deliveries in a round, on each of the two. */
const DELIVERIES = 40_000
/** Updates on their way at once to all: more would measure how long the clients' queue is. */
const WINDOW = 4

try {
  const bench = await prepare()
  await waiting(bench, options.grown)
  console.log('\nCPU µs of the process for a delivery; bare: the same bytes from a bare ws server;')
  console.log('fetching: from one that asks the order context by a bare POST before')
  console.log(row('', 'clients', 'router', 'bare', 'ratio', 'fetching', 'ratio'))
  for (const [name, query] of Object.entries(OPERATIONS)) {
    await compare(bench, `broadcast, ${name}`, query, options.clients, 'one')
    await compare(bench, `distinct, ${name}`, query, options.clients, 'each')
  }
  await compare(bench, 'broadcast, payload only', OPERATIONS['payload only'], options.grown, 'one')
  await compare(bench, 'distinct, payload only', OPERATIONS['payload only'], options.grown, 'each')
  await endAll()
  const { sinceSent, sinceAnswered } = await measureLatency(options.orders)
  console.log(`\nFrom a mutation to the client that watches, in ms, ${options.orders} orders`)
  console.log(row('', '', 'p50', 'p99', ''))
  for (const [name, all] of Object.entries({ 'its answer, so its commit': sinceAnswered, 'its request': sinceSent }))
    console.log(row(`since ${name}`, '', quantile(all, 0.5).toFixed(1), quantile(all, 0.99).toFixed(1), ''))
} finally {
  await endAll()
}

/**
 * Prints what a client costs that waits: in processes that were new, lest what others have left be counted as free. What
 * comes with the first thousands (buffers, room for garbage, compiled code) comes once; the growth behind them is what each
 * one more costs.
 */
async function waiting(bench: Bench, count: number) {
  const { router, floor } = bench
  console.log('KiB of memory (RSS, after a collection) for a client that waits, each for its own order')
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

/** `count` clients on each of the two, measured in turns; prints CPU time for each delivery. */
async function compare(bench: Bench, name: string, query: string, count: number, who: 'one' | 'each') {
  const { nats, router, floor } = bench
  const everyone = Array.from({ length: count }, (_, n) => n)
  const watched = who === 'one' ? [0] : everyone
  const watchedBy = (n: number) => (who === 'one' ? 0 : n)
  await connectAll(bench, query, count, watchedBy)
  // Both get theirs at the same pace: acknowledged one by one, the router's would come one by one, each a wake-up of its own.
  const updateAll = async () => {
    revision += 1
    for (const n of watched) nats.connection.publish(subjectOf(n), JSON.stringify(messageOf(n, revision)))
    await nats.connection.flush()
  }
  const updates = Math.ceil(DELIVERIES / count)
  // A tick of the clock that counts is much to the floor, and little to what asks another context for each delivery.
  const fewer = query === OPERATIONS['payload only'] || who === 'one' ? updates : Math.ceil(updates / 10)
  await deliver(router, updateAll, fewer, count) // Node compiles what it meets often.
  const sameBytes = Buffer.from(router.clients.text())
  const sendAll = async (feed: 'floor' | 'fetching') => {
    for (const n of watched) nats.connection.publish(`${feed}.${n}`, sameBytes)
    await nats.connection.flush()
  }
  const bare = () => deliver(floor, () => sendAll('floor'), updates, count)
  const fetching = () => deliver(floor, () => sendAll('fetching'), fewer, count)
  const fetches = query !== OPERATIONS['payload only']
  await bare()
  if (fetches) await fetching()

  const ours: number[] = []
  const theirs: number[] = []
  const withFetch: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(await deliver(router, updateAll, fewer, count))
    theirs.push(await bare())
    if (fetches) withFetch.push(await fetching())
  }
  await Promise.all([router.clients.disconnect(), floor.clients.disconnect()])
  const [a, b, c] = [median(ours), median(theirs), median(withFetch)]
  const second = fetches ? [c.toFixed(1), (a / c).toFixed(2)] : []
  console.log(row(name, `${count}`, a.toFixed(1), b.toFixed(1), (a / b).toFixed(2), ...second))
}

/** Sends so many updates to every client, a few at a time; returns the server's CPU time for one delivery, in µs. */
async function deliver({ pid, clients }: Server, send: () => Promise<void>, updates: number, count: number) {
  const received = clients.received()
  const began = cpuMs(pid)
  for (let sent = 0; sent < updates; ) {
    const some = Math.min(WINDOW, updates - sent)
    for (let n = 0; n < some; n++) await send()
    sent += some
    await clients.has(received + sent * count)
  }
  return ((cpuMs(pid) - began) * 1_000) / (updates * count)
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
