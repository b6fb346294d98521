import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
// real time: phones are offline for a while; nothing is waited for by it
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { until } from '../../chassis/testing/until.ts'
import { freePort } from '../../scripts/launcher/infrastructure/ports.ts'
import { type Feed, followFeed, type LiveUpdate } from '../../scripts/live-client.ts'
import { demoToken } from '../../scripts/token.ts'
import { type Stack, startStack } from '../testing/stack.ts'
import { type MenuItem, type People, people } from './people.ts'

/** Orders under way at once. */
const AT_ONCE = 8
const LONGEST_CUT_MS = 3_000

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
      RATE_PER_SECOND: '10000',
      RATE_BURST: '10000',
      LOG_LEVEL: 'warn',
    },
  })
  app = await people(stack)
  item = await app.itemCalled('안개꽃한다발')
  const change = 'mutation ($input: ChangeStockInput!) { changeStock(input: $input) { __typename } }'
  await app.does('bundang', change, { input: { idempotencyKey: randomUUID(), itemId: item.id, delta: 5_000 } })
  const running = await stack.processes()
  routers = running.filter(({ name }) => name === 'router').map(({ port }) => `ws://127.0.0.1:${port}/graphql`)
})
afterAll(async () => stack?.stop())

const PEOPLE = ['lee', 'hong', 'bundang', 'rider'] as const
type Person = (typeof PEOPLE)[number]
/** The updates of a subscriber after its first snapshot: each order's steps, in order; and its number of connections. */
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
/** How many open orders there are for each before the others come: `openings` of each customer. */
let openings = 0
const openedFor = (who: Person) => (who === 'lee' || who === 'hong' ? openings : 2 * openings)

/** A phone that loses its network repeatedly until `over`, from its first snapshot on. */
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
    after = cursor
    if (snapshots < openedFor(who)) {
      snapshots += 1
      if (snapshots === openedFor(who)) resolve()
      return
    }
    if (kind !== 'CHANGE' || !state) {
      delivered.gaps += 1
      return
    }
    const { id, status, orderStatus, revision } = state
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
      await pause(Math.random() * LONGEST_CUT_MS, undefined, { signal: over }).catch(() => {})
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
  const asked = demoToken(who, stack.dataDir).then((answer) => {
    if ('problem' in answer) throw new Error(answer.problem)
    return answer.token
  })
  tokens.set(who, asked)
  return asked
}

/** An order's whole life, or a shorter one. */
async function live(customer: 'lee' | 'hong', isCancelled: boolean): Promise<Order> {
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
  await app.stepOnceThere('bundang', 'receive', placed)
  if (isCancelled) {
    await app.cancel(customer, placed)
    return order
  }
  await app.stepOnceThere('bundang', 'decorate', placed)
  await app.stepOnceThere('rider', 'depart', placed)
  await app.stepOnceThere('rider', 'complete', placed)
  return order
}

/** One order of each customer, brought to where all four are told of it, and left there: everyone has a cursor then. */
async function opening(): Promise<void> {
  openings += 1
  for (const customer of ['lee', 'hong'] as const) {
    const { order } = await app.place(customer, item, 1)
    await app.stepOnceThere('bundang', 'receive', order.id)
    await app.stepOnceThere('bundang', 'decorate', order.id)
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

/** The updates that everyone must have of an order at the end; for my-page, the page itself. */
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
  const whole = { lee: undefined, hong: undefined, [customer]: [`${entry.revision} ${end}`] }
  return order.isCancelled
    ? { ...whole, bundang: ['NEW', 'RECEIVED', 'CANCELLED'], rider: undefined }
    : {
        ...whole,
        bundang: ['NEW', 'RECEIVED', 'DECORATED', 'HANDED_OVER', 'DELIVERED'],
        rider: ['REQUESTED', 'DEPARTED', 'COMPLETED'],
      }
}

/** Runs orders with subscribers; returns every wrong update. */
async function trial(options: { orders: number; subscribers: number; routers: string[]; killNats: boolean }) {
  await opening()
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
      orders.push(await live(n % 2 ? 'lee' : 'hong', n % 10 < 1))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  const expected = new Map<string, Awaited<ReturnType<typeof expectedOf>>>()
  for (const order of orders) expected.set(order.id, await expectedOf(order))
  const wrong = () =>
    subscribers.flatMap(({ delivered: { who, gaps, steps } }) => [
      ...(gaps ? [`${who} got ${gaps} gaps`] : []),
      ...[...expected].flatMap(([id, expectation]) => {
        const [was, should] = [steps.get(id), expectation[who]]
        return isAsItShould(who, was, should) ? [] : [`${who} got ${was} of ${id} instead of ${should}`]
      }),
    ])
  // Each reconnects once more and gets nothing twice; those that lack updates may connect a few more times.
  const before = subscribers.map(({ delivered }) => delivered.visits)
  const haveBeenThere = (times: number) =>
    subscribers.every(({ delivered }, n) => delivered.visits > (before[n] ?? 0) + times)
  await until(() => haveBeenThere(1) && (wrong().length === 0 || haveBeenThere(4)))
  over.abort()
  await Promise.all(subscribers.map(({ ended }) => ended))
  return wrong()
}

it('are delivered once, in order, to every subscriber, while everything is disconnected repeatedly', async () => {
  expect(await trial({ orders: 500, subscribers: 200, routers, killNats: true })).toEqual([])
  // real time: 500 orders, before 200 subscribers
}, 900_000)

it('are not, if the router loses messages while it reads missed ones: this test finds it', async () => {
  const forgetful = await plantedRouter({
    file: 'router/live/delivery/deliver-updates.ts',
    from: 'goLive(subscriber, [...missed, ...toChanges(subscriber, buffered)])',
    to: 'goLive(subscriber, missed)',
  })
  try {
    const wrong = await trial({ orders: 60, subscribers: 80, routers: [forgetful.url], killNats: false })
    expect(wrong.join()).toContain('instead of')
  } finally {
    await forgetful.stop()
  }
})

/** One more router of the stack, with a mistake in it. */
async function plantedRouter(plant: { file: string; from: string; to: string }) {
  const { pid } = (await stack.processes()).find(({ name }) => name === 'router') ?? {}
  const environment = readFileSync(`/proc/${pid}/environ`, 'utf8')
    .split('\0')
    .filter(Boolean)
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

/** A customer gets each revision in order, up to the page's; a florist and a rider get each state once. */
function isAsItShould(who: Person, was: string[] | undefined, should: string[] | undefined): boolean {
  if (!was || !should) return was === should
  if (who === 'bundang' || who === 'rider') return was.join() === should.join()
  const revisions = was.map((step) => Number.parseInt(step, 10))
  const isGapless = revisions.every((revision, index) => revision === (revisions[0] ?? 0) + index)
  return isGapless && was.at(-1) === should[0]
}
