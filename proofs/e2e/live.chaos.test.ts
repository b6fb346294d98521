import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
// real time: phones are offline for a while; no test waits by it
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { until } from '../../chassis/testing/until.ts'
import { freePort } from '../../scripts/launcher/infrastructure/ports.ts'
import { type Feed, followFeed, type LiveUpdate } from '../../scripts/live-client.ts'
import { demoToken } from '../../scripts/token.ts'
import { type Stack, startStack } from '../testing/stack.ts'
import { uuidOf } from './ids.ts'
import { type MenuItem, type People, people } from './people.ts'

/** Orders in progress at the same time. */
const CONCURRENT_ORDERS = 8
const MAX_OFFLINE_MS = 3_000

let stack: Stack
let app: People
let item: MenuItem
let routers: string[]
beforeAll(async () => {
  stack = await startStack({
    args: ['--routers', '2'],
    env: {
      LIVE_CONNECTIONS_PER_USER: '1000',
      LIVE_OPERATIONS_PER_USER: '1000',
      LOG_LEVEL: 'warn',
    },
  })
  app = await people(stack)
  item = await app.itemCalled('안개꽃한다발')
  const change = 'mutation ($input: ChangeStockInput!) { changeStock(input: $input) { __typename } }'
  await app.mutate('bundang', change, { input: { idempotencyKey: randomUUID(), itemId: item.id, delta: 5_000 } })
  const running = await stack.processes()
  routers = running.filter(({ name }) => name === 'router').map(({ port }) => `ws://127.0.0.1:${port}/graphql`)
})
afterAll(async () => stack?.stop())

const PEOPLE = ['lee', 'hong', 'bundang', 'rider'] as const
type Person = (typeof PEOPLE)[number]
/** What a subscriber received after its first snapshot: each order's steps in order, the gaps, and its number of connections. */
type Delivered = { who: Person; gaps: number; steps: Map<string, string[]>; visits: number }
type State = { id: string; status?: string; orderStatus?: string; revision?: number }

const MY_PAGE = `subscription ($after: LiveCursor) { myPageUpdated(after: $after) {
  kind cursor state: entry { id revision orderStatus } } }`
const QUERIES: Record<Person, string> = {
  lee: MY_PAGE,
  hong: MY_PAGE,
  bundang: `subscription ($store: ID!, $after: LiveCursor) { storeOrderUpdated(storeId: $store, after: $after) {
    kind cursor state: storeOrder { id status } } }`,
  rider: `subscription ($after: LiveCursor) { deliveryUpdated(after: $after) { kind cursor state: delivery { id status } } }`,
}
/** The number of orders of each customer that were opened before the trial and stay open. */
let openings = 0
const openedFor = (who: Person) => (who === 'lee' || who === 'hong' ? openings : 2 * openings)

/** A phone that, after its first snapshot, loses its network repeatedly until `over` is aborted. */
function subscriber(
  who: Person,
  routers: string[],
  over: AbortSignal,
): { hasCursor: Promise<void>; delivered: Delivered; ended: Promise<void> } {
  const delivered: Delivered = { who, gaps: 0, steps: new Map(), visits: 0 }
  const { promise: hasCursor, resolve, reject } = Promise.withResolvers<void>()
  let after: string | undefined
  let snapshots = 0
  const update = ({ kind, cursor, state }: LiveUpdate<{ state: State | null }>) => {
    const isFirst = after === undefined
    after = cursor
    if (isFirst) return // GAP
    if (snapshots < openedFor(who)) {
      snapshots += 1
      if (snapshots === openedFor(who)) resolve()
      return
    }
    if (kind !== 'CHANGE' || !state) {
      delivered.gaps += 1
      return
    }
    const { status, orderStatus, revision } = state
    const id = uuidOf(state.id)
    delivered.steps.set(id, [...(delivered.steps.get(id) ?? []), status ?? `${revision} ${orderStatus}`])
  }
  const feed: Feed<{ state: State | null }> = {
    urls: routers,
    query: QUERIES[who],
    variables: who === 'bundang' ? { store: item.store.id } : {},
    token: () => token(who),
    update,
  }
  const live = async () => {
    const first = new AbortController()
    void hasCursor.finally(() => first.abort())
    await followFeed(feed, AbortSignal.any([over, first.signal]))
    while (!over.aborted) {
      await pause(Math.random() * MAX_OFFLINE_MS, undefined, { signal: over }).catch(() => {})
      delivered.visits += 1
      const cut = AbortSignal.any([over, AbortSignal.timeout(200 + Math.floor(Math.random() * 5_000))])
      await followFeed({ ...feed, urls: Math.random() < 0.5 ? routers : routers.toReversed(), after }, cut)
    }
  }
  const ended = live()
  ended.catch(reject)
  return { hasCursor, delivered, ended }
}

const tokens = new Map<string, Promise<string>>()
function token(who: Person): Promise<string> {
  const known = tokens.get(who)
  if (known) return known
  const requested = demoToken(who, stack.dataDir).then((answer) => {
    if ('problem' in answer) throw new Error(answer.problem)
    return answer.token
  })
  tokens.set(who, requested)
  return requested
}

/** Brings an order from placing to delivery, or to its cancellation. */
async function completeOrder(customer: 'lee' | 'hong', isCancelled: boolean): Promise<Order> {
  const idempotencyKey = randomUUID()
  const placed = await until(async () => {
    const answer = await app.placeOnce(customer, item, 1, { idempotencyKey }).catch(() => null)
    return answer?.order?.id
  }, 'it is placed')
  const order = { id: placed, customer, isCancelled }
  await until(async () => {
    const answer = await app.payOnce(customer, placed).catch(() => null)
    return answer?.__typename === 'OrderPayload'
  }, 'it is paid')
  await app.stepWhenReady('bundang', 'receive', placed)
  if (isCancelled) {
    await app.cancel(customer, placed)
    return order
  }
  await app.stepWhenReady('bundang', 'decorate', placed)
  await app.stepWhenReady('rider', 'depart', placed)
  await app.stepWhenReady('rider', 'complete', placed)
  return order
}

/** Opens one order of each customer in a state that all four receive, so that everyone gets a cursor, and leaves it open. */
async function openOrders(): Promise<void> {
  openings += 1
  for (const customer of ['lee', 'hong'] as const) {
    const { order } = await app.place(customer, item, 1)
    await app.stepWhenReady('bundang', 'receive', order.id)
    await app.stepWhenReady('bundang', 'decorate', order.id)
  }
}

async function killNats(): Promise<void> {
  const { pid } = (await stack.processes()).find(({ name }) => name === 'nats') ?? {}
  if (!pid) throw new Error('NATS is not running.')
  process.kill(pid, 'SIGKILL')
}

type Order = { id: string; customer: Person; isCancelled: boolean }

const PAGE = 'query ($id: ID!) { order(id: $id) { myPage { revision orderStatus paymentStatus } } }'
type Page = Record<'revision' | 'orderStatus' | 'paymentStatus', string>

/** The updates of an order that everyone must have received at the end; for my-page, its last one. */
async function expectedOf(order: Order): Promise<Record<'lee' | 'hong' | 'bundang' | 'rider', string[] | undefined>> {
  const customer = order.customer === 'lee' ? 'lee' : 'hong'
  const end = order.isCancelled ? 'CANCELLED' : 'DELIVERED'
  const entry = await until(async () => {
    const answer = await app
      .as<{ order: { myPage: Page | null } | null }>(customer, PAGE, { id: order.id })
      .catch(() => null)
    const page = answer?.data?.order?.myPage
    return page?.orderStatus === end && (!order.isCancelled || page.paymentStatus === 'CANCELLED') && page
  }, `${order.id} is ${end}`)
  const customers = { lee: undefined, hong: undefined, [customer]: [`${entry.revision} ${end}`] }
  return order.isCancelled
    ? { ...customers, bundang: ['NEW', 'RECEIVED', 'CANCELLED'], rider: undefined }
    : {
        ...customers,
        bundang: ['NEW', 'RECEIVED', 'DECORATED', 'HANDED_OVER', 'DELIVERED'],
        rider: ['REQUESTED', 'DEPARTED', 'COMPLETED'],
      }
}

/** Runs orders with subscribers; returns a description of each wrong or missing update. */
async function trial(options: { orders: number; subscribers: number; routers: string[]; killNats: boolean }) {
  await openOrders()
  const over = new AbortController()
  const subscribers = Array.from({ length: options.subscribers }, (_, n) =>
    subscriber(PEOPLE[n % PEOPLE.length] ?? 'lee', options.routers, over.signal),
  )
  await Promise.all(subscribers.map(({ hasCursor }) => hasCursor))

  const orders: Order[] = []
  let started = 0
  const worker = async () => {
    while (started < options.orders) {
      const n = started++
      if (options.killNats && n === Math.floor(options.orders / 2)) await killNats()
      orders.push(await completeOrder(n % 2 ? 'lee' : 'hong', n % 10 < 1))
    }
  }
  await Promise.all(Array.from({ length: CONCURRENT_ORDERS }, worker))
  const expected = new Map<string, Awaited<ReturnType<typeof expectedOf>>>()
  for (const order of orders) expected.set(uuidOf(order.id), await expectedOf(order))
  const wrong = () =>
    subscribers.flatMap(({ delivered: { who, gaps, steps } }) => [
      ...(gaps ? [`${who} received ${gaps} gaps`] : []),
      ...[...expected].flatMap(([id, expectation]) => {
        const [actualSteps, expectedSteps] = [steps.get(id), expectation[who]]
        return isCorrect(who, actualSteps, expectedSteps)
          ? []
          : [`${who} received ${actualSteps} of ${id} instead of ${expectedSteps}`]
      }),
    ])
  // Each subscriber reconnects once more without duplicates; those that lack updates may reconnect a few more times.
  const before = subscribers.map(({ delivered }) => delivered.visits)
  const haveReconnected = (times: number) =>
    subscribers.every(({ delivered }, n) => delivered.visits > (before[n] ?? 0) + times)
  await until(() => haveReconnected(1) && (wrong().length === 0 || haveReconnected(4)))
  over.abort()
  await Promise.all(subscribers.map(({ ended }) => ended))
  return wrong()
}

it('every subscriber receives each update once and in order, though everything is disconnected repeatedly', async () => {
  expect(await trial({ orders: 500, subscribers: 200, routers, killNats: true })).toEqual([])
  // real time: 500 orders, before 200 subscribers
}, 900_000)

it('the same test finds a router that loses messages while it reads missed ones', async () => {
  const faulty = await plantedRouter({
    file: 'router/live/delivery/deliver-updates.ts',
    from: 'goLive(subscriber, [...missed, ...toChanges(subscriber, buffered)])',
    to: 'goLive(subscriber, missed)',
  })
  try {
    const wrong = await trial({ orders: 60, subscribers: 80, routers: [faulty.url], killNats: false })
    expect(wrong.join()).toContain('instead of')
  } finally {
    await faulty.stop()
  }
})

/** Starts another router of the stack, with a planted mistake. */
async function plantedRouter(plant: { file: string; from: string; to: string }) {
  const { pid } = (await stack.processes()).find(({ name }) => name === 'router') ?? {}
  const environment = readFileSync(`/proc/${pid}/environ`, 'utf8')
    .split('\0')
    // Without the descriptors that the supervisor has handed to the other router.
    .filter((line) => line !== '' && !line.startsWith('LISTEN_') && !line.startsWith('NODE_CHANNEL_'))
    .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)])
  const port = await freePort()
  const root = resolve(import.meta.dirname, '../..')
  const child = spawn(
    process.execPath,
    [
      '--import',
      resolve(root, 'proofs/testing/plant.ts'),
      'router/main.ts',
      '--supergraph',
      'schema/supergraph.graphql',
    ],
    {
      cwd: root,
      env: { ...Object.fromEntries(environment), PORT: String(port), PLANT: JSON.stringify(plant) },
      stdio: 'ignore',
    },
  )
  const exited = new Promise((resolve) => child.once('exit', resolve))
  const answers = () =>
    fetch(`http://127.0.0.1:${port}/health`).then(
      ({ ok }) => ok,
      () => false,
    )
  await until(answers, 'the planted router answers')
  const stop = () => {
    child.kill('SIGKILL')
    return exited
  }
  return { url: `ws://127.0.0.1:${port}/graphql`, stop }
}

/** Whether a customer received each revision in order up to the page's, or a florist or rider each state once. */
function isCorrect(who: Person, actual: string[] | undefined, expected: string[] | undefined): boolean {
  if (!actual || !expected) return actual === expected
  if (who === 'bundang' || who === 'rider') return actual.join() === expected.join()
  const revisions = actual.map((step) => Number.parseInt(step, 10))
  const isGapless = revisions.every((revision, index) => revision === (revisions[0] ?? 0) + index)
  return isGapless && actual.at(-1) === expected[0]
}
