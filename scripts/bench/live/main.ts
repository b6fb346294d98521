// npm run bench:live: a router full of subscribers against a bare ws server that sends the same bytes (README, "Measured").
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { listen, readBody, sendJson } from '../../../chassis/http.ts'
import { type LiveMessage, liveSubject } from '../../../chassis/live.ts'
import { connectNats, ensureStream, LIVE } from '../../../chassis/nats/connection.ts'
import { startIssuer } from '../../../router/testing/issuer.ts'
import { prepareNats } from '../../infrastructure/nats.ts'
import { freePort } from '../../infrastructure/ports.ts'
import { createSupervisor } from '../../supervisor/supervise.ts'
import { cpuMs, rssBytes, run } from '../processes.ts'
import { startClients } from './start-clients.ts'

const { values } = parseArgs({
  options: {
    clients: { type: 'string', default: '1000' },
    grown: { type: 'string', default: '5000' },
    rounds: { type: 'string', default: '5' },
  },
})
const ROUNDS = Number(values.rounds)
/** Deliveries in a round, on each of the two. */
const DELIVERIES = 40_000
/** Updates on their way at once to all: more would measure how long the clients' queue is. */
const WINDOW = 4

const OWN = `kind cursor entry { id orderId storeName total { amount currency } revision summary orderStatus paymentStatus
  deliveryStatus timeline { fact at } updatedAt }`
const queryOf = (fields: string) => `subscription ($orderId: ID) { myPageUpdated(orderId: $orderId) { ${fields} } }`
const OPERATIONS = {
  'payload only': queryOf(OWN),
  'with a federated field': queryOf(OWN.replace('summary', 'summary order { status }')),
}
const idOf = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`

const folder = mkdtempSync(join(tmpdir(), 'flower-bench-'))
const supervisor = createSupervisor({
  list: join(folder, 'processes.json'),
  logs: join(folder, 'logs'),
  say: console.error,
})
const ends: (() => Promise<unknown>)[] = [async () => rmSync(folder, { recursive: true }), () => supervisor.stop()]
try {
  const bench = await prepare()
  console.log('CPU µs a delivery, and KiB of memory a client that waits; bare: the same bytes from a bare ws server')
  console.log(
    `${''.padEnd(36)} ${'clients'.padStart(5)} ${'router'.padStart(6)} ${'bare'.padStart(8)} ${'ratio'.padStart(6)} ${'router'.padStart(9)} ${'bare'.padStart(8)} ${'ratio'.padStart(6)}`,
  )
  for (const [name, query] of Object.entries(OPERATIONS)) {
    await compare(bench, `broadcast, ${name}`, query, Number(values.clients), 'one')
    await compare(bench, `distinct, ${name}`, query, Number(values.clients), 'each')
  }
  await compare(bench, 'broadcast, payload only', OPERATIONS['payload only'], Number(values.grown), 'one')
  await compare(bench, 'distinct, payload only', OPERATIONS['payload only'], Number(values.grown), 'each')
} finally {
  for (const end of ends.reverse()) await end()
}

type Bench = Awaited<ReturnType<typeof prepare>>

/** NATS, an issuer, the order context's answers, the router and the floor. */
async function prepare() {
  const launch = await prepareNats({
    folder: join(folder, 'nats'),
    port: await freePort(),
    password: 'bench',
    durable: false,
  })
  await supervisor.start([
    { ...launch, name: 'nats', replica: 1, port: Number(new URL(launch.url).port), tier: 'data' },
  ])
  const nats = await connectNats(launch.url, 'bench')
  ends.push(() => nats.end())
  await ensureStream(nats, LIVE)
  const issuer = await startIssuer()
  ends.push(() => issuer.close())
  const orders = await orderContext()
  ends.push(() => orders.close())
  const [routerPort, floorPort] = [await freePort(), await freePort()]
  const router = await run(
    'router/main.ts',
    {
      NATS_URL: launch.url,
      SUBGRAPH_URLS: `order=http://127.0.0.1:${orders.port}/graphql`,
      JWT_ISSUERS: issuer.issuer,
      CONTEXT_SECRET: 'bench'.repeat(8),
      LOG_LEVEL: 'warn',
      LIVE_CONNECTIONS: '20000',
      LIVE_CONNECTIONS_PER_USER: '20000',
      LIVE_SUBSCRIPTIONS_PER_USER: '20000',
    },
    routerPort,
    ['--supergraph', 'schema/supergraph.graphql', '--port', String(routerPort)],
  )
  ends.push(router.stop)
  const floor = await run('scripts/bench/live/floor.ts', { NATS_URL: launch.url, PORT: String(floorPort) }, floorPort)
  ends.push(floor.stop)
  const [ours, theirs] = [startClients(), startClients()]
  ends.push(ours.stop, theirs.stop)
  return {
    nats,
    issuer,
    router: { ...router, port: routerPort, clients: ours },
    floor: { ...floor, port: floorPort, clients: theirs },
  }
}

/** The order context as far as this needs it: every order is PAID. */
async function orderContext() {
  return listen({
    host: '127.0.0.1',
    port: 0,
    needs: [],
    routes: {
      '/graphql': async (request, response) => {
        const body = JSON.parse((await readBody(request, 1_000_000)).toString()) as {
          variables: { representations: { __typename: string }[] }
        }
        const _entities = body.variables.representations.map(({ __typename }) => ({ __typename, status: 'PAID' }))
        sendJson(response, 200, { data: { _entities } })
      },
    },
  })
}

/** `count` clients on each of the two, measured in turns; prints CPU time for each delivery and memory for each client. */
async function compare(bench: Bench, name: string, query: string, count: number, who: 'one' | 'each') {
  const { nats, issuer, router, floor } = bench
  const everyone = Array.from({ length: count }, (_, n) => n)
  const watched = who === 'one' ? [0] : everyone
  const watchedBy = (n: number) => (who === 'one' ? 0 : n)
  const exp = Math.floor(Date.now() / 1_000) + 3_600
  const tokens = await Promise.all(watched.map((n) => issuer.sign({ sub: idOf(n), roles: ['CUSTOMER'], exp })))

  const memory = { router: -rssBytes(router.pid), floor: -rssBytes(floor.pid) }
  await router.clients.connect({
    urls: everyone.map(() => `ws://127.0.0.1:${router.port}/graphql`),
    subscribe: everyone.map((n) => ({
      token: tokens[watchedBy(n)] ?? '',
      query,
      variables: { orderId: idOf(watchedBy(n)) },
    })),
  })
  await floor.clients.connect({
    urls: everyone.map((n) => `ws://127.0.0.1:${floor.port}/floor.${watchedBy(n)}`),
  })
  await pause(2_000)
  memory.router += rssBytes(router.pid)
  memory.floor += rssBytes(floor.pid)

  let revision = 1
  const updateAll = async () => {
    revision += 1
    const publish = (n: number) => nats.jetstream.publish(subjectOf(n), JSON.stringify(messageOf(n, revision)))
    await Promise.all(watched.map(publish))
  }
  const updates = Math.ceil(DELIVERIES / count)
  await deliver(router, updateAll, updates, count) // Node compiles what it meets often.
  const sameBytes = Buffer.from(router.clients.text())
  const sendAll = async () => {
    for (const n of watched) nats.connection.publish(`floor.${n}`, sameBytes)
    await nats.connection.flush()
  }
  await deliver(floor, sendAll, updates, count)

  const ours: number[] = []
  const theirs: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(await deliver(router, updateAll, updates, count))
    theirs.push(await deliver(floor, sendAll, updates, count))
  }
  await Promise.all([router.clients.hangUp(), floor.clients.hangUp()])
  const [a, b] = [median(ours), median(theirs)]
  const kib = (bytes: number) => (bytes / count / 1_024).toFixed(1)
  console.log(
    `${name.padEnd(36)} ${String(count).padStart(5)} ${a.toFixed(1).padStart(8)} ${b.toFixed(1).padStart(8)} ${(a / b).toFixed(2).padStart(6)}` +
      ` ${kib(memory.router).padStart(9)} ${kib(memory.floor).padStart(8)} ${(memory.router / memory.floor).toFixed(1).padStart(6)}`,
  )
}

type Server = Bench['router']

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

function subjectOf(n: number): string {
  return liveSubject('my-page', idOf(n), idOf(n))
}

function messageOf(n: number, revision: number): LiveMessage {
  const facts = ['Ordered', 'Paid', 'OrderConfirmed', 'StockReserved', 'Received', 'Decorated']
  const at = '2026-11-22T09:00:00.000Z'
  const entry = {
    __typename: 'MyPageEntry',
    id: idOf(n),
    orderId: idOf(n),
    order: { __typename: 'Order', id: idOf(n) },
    storeName: 'KJSHOP',
    total: { amount: 50_000, currency: 'KRW' },
    revision,
    summary: '장미 한바구니 × 1',
    orderStatus: 'DECORATED',
    paymentStatus: 'APPROVED',
    deliveryStatus: null,
    timeline: facts.map((fact) => ({ fact, at })),
    updatedAt: at,
  }
  return { revision, open: true, state: { entry } }
}

function median(numbers: number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0
}
