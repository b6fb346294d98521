import { join } from 'node:path'
import { listen, readBody, sendJson } from '../../../chassis/http.ts'
import { type SnapshotAnswer, snapshotSubject } from '../../../chassis/live.ts'
import { connectNats, LIVE } from '../../../chassis/nats/connection.ts'
import { ensureStream } from '../../../chassis/nats/keep-streams.ts'
import { startIssuer } from '../../../router/testing/issuer.ts'
import { prepareNats } from '../../../scripts/launcher/infrastructure/nats.ts'
import { freePort } from '../../../scripts/launcher/infrastructure/ports.ts'
import { createSupervisor } from '../../../scripts/launcher/supervisor/supervise.ts'
import { run, temporaryFolder } from '../processes.ts'
import { idOf, orderIdOf } from './orders.ts'
import { startClients } from './start-clients.ts'

const folder = temporaryFolder()
const supervisor = createSupervisor({
  list: join(folder, 'processes.json'),
  logs: join(folder, 'logs'),
  say: console.error,
})
const COLLECT_OPTIONS = `--expose-gc --import ${join(import.meta.dirname, 'collect.ts')}`
const stops: (() => Promise<unknown>)[] = [() => supervisor.stop()]

export type Bench = Awaited<ReturnType<typeof prepare>>
/** One of the two servers that are compared, and its clients. */
export type Server = Bench['router']

/** Starts NATS, an issuer, a stub of the order context, the router and the floor. */
export async function prepare() {
  const launch = await prepareNats({
    folder: join(folder, 'nats'),
    port: await freePort(),
    password: () => 'bench',
    durable: false,
  })
  await supervisor.start([
    { ...launch, name: 'nats', replica: 1, port: Number(new URL(launch.url).port), tier: 'data' },
  ])
  const nats = await connectNats(launch.url, 'bench')
  stops.push(() => nats.end())
  await ensureStream(nats, LIVE)
  void serveEmptySnapshots(nats)
  const issuer = await startIssuer()
  stops.push(() => issuer.close())
  const orders = await orderContext()
  stops.push(() => orders.close())
  const [routerPort, floorPort] = [await freePort(), await freePort()]
  const router = await run(
    'router/main.ts',
    {
      NATS_URL: launch.url,
      SUBGRAPH_URLS: `order=http://127.0.0.1:${orders.port}/graphql`,
      JWT_ISSUERS: issuer.issuer,
      JWT_AUDIENCE: '*',
      CONTEXT_KEYS: `order=${'bench'.repeat(8)}`,
      CURSOR_SECRET: 'bench'.repeat(8),
      LOG_LEVEL: 'warn',
      NODE_OPTIONS: COLLECT_OPTIONS,
      // All clients and their tokens come from one address.
      RATE_PER_SECOND: '1000000',
      RATE_BURST: '1000000',
      LIVE_CONNECTIONS: '20000',
      LIVE_CONNECTIONS_PER_ADDRESS: '20000',
      LIVE_CONNECTIONS_PER_USER: '20000',
      LIVE_OPERATIONS_PER_USER: '20000',
      LIVE_MESSAGES_PER_SECOND: '1000000',
    },
    routerPort,
    ['--supergraph', 'schema/supergraph.graphql', '--port', String(routerPort)],
  )
  stops.push(router.stop)
  const floor = await run(
    'proofs/bench/live/floor.ts',
    {
      NATS_URL: launch.url,
      PORT: String(floorPort),
      ORDERS_URL: `http://127.0.0.1:${orders.port}/graphql`,
      NODE_OPTIONS: COLLECT_OPTIONS,
    },
    floorPort,
  )
  stops.push(floor.stop)
  const [routerClients, floorClients] = [startClients(), startClients()]
  stops.push(routerClients.stop, floorClients.stop)
  return {
    nats,
    issuer,
    router: { ...router, port: routerPort, clients: routerClients },
    floor: { ...floor, port: floorPort, clients: floorClients },
  }
}

/** Stops everything that `prepare` has started. */
export async function stopAll() {
  for (const stop of stops.splice(0).reverse()) await stop()
}

/** Answers the router's snapshot requests with no open orders. Without an answer it would repeat them. */
async function serveEmptySnapshots({ connection }: Awaited<ReturnType<typeof connectNats>>): Promise<void> {
  const empty: SnapshotAnswer = { states: [], next: null }
  for await (const message of connection.subscribe(snapshotSubject('my-page'))) message.respond(JSON.stringify(empty))
}

/** A stub of the order context: every order is PAID. */
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

/** Connects `count` clients to each of the two servers; the n-th watches the order `watchedBy(n)`. */
export async function connectAll(
  { issuer, router, floor }: Bench,
  query: string,
  count: number,
  watchedBy: (n: number) => number,
) {
  const watched = Array.from({ length: count }, (_, n) => watchedBy(n))
  const exp = Math.floor(Date.now() / 1_000) + 3_600
  const tokens = new Map<number, string>()
  for (const n of new Set(watched)) tokens.set(n, await issuer.sign({ sub: idOf(n), roles: ['CUSTOMER'], exp }))
  await router.clients.connect({
    urls: watched.map(() => `ws://127.0.0.1:${router.port}/graphql`),
    subscribe: watched.map((n) => ({ token: tokens.get(n) ?? '', query, variables: { orderId: orderIdOf(n) } })),
  })
  await floor.clients.connect({ urls: watched.map((n) => `ws://127.0.0.1:${floor.port}/floor.${n}`) })
  // A subscription's first update, a GAP, says that it has started.
  await router.clients.waitFor(count)
}
