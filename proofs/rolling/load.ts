import { randomUUID } from 'node:crypto'
import { Agent, request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { until } from '../../chassis/testing/until.ts'
import { followFeed } from '../../scripts/live-client.ts'
import { uuidOf } from '../e2e/ids.ts'
import { type MenuItem, type NumberedCustomer, orderOf, type People } from '../e2e/people.ts'
import type { Stack } from '../testing/stack.ts'

const MENU = '{ items(first: 20) { nodes { id name available store { id name } } } }'
const MY_PAGE = `{ myPage(first: 5) { nodes { orderId revision orderStatus
  order { id status recipient { name } store { name } payment { status } } } } }`
const PLACE = `mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) {
  __typename ... on OrderPayload { order { id } } ... on PaymentDeferred { order { id } } ... on Failure { message } } }`
const FOLLOW = `subscription ($after: LiveCursor) { myPageUpdated(after: $after) { kind cursor entry { orderId revision orderStatus } } }`
const REVISIONS = '{ myPage(first: 100) { nodes { orderId revision orderStatus timeline { fact } } } }'

/** One request in this many is an order. */
const ORDER_EVERY = 6
/** What an order that was paid leads to without a florist. */
const FACTS = ['OrderConfirmed', 'Ordered', 'Paid', 'StockReserved']

export type Load = {
  clients: number
  subscribers: number
  /** Requests of all clients together. */
  perSecond: number
}

/** What customers have noticed. */
export type Noticed = {
  queries: number
  orders: number
  /** Orders whose payment was not certain in time. The customer asks again, as with any slow card. */
  deferred: number
  /** Each request without a complete answer, as text. */
  failed: string[]
  updates: number
  /** Times that a subscriber was disconnected and went on by its cursor. */
  reconnections: number
  /** Each update that was missed, delivered twice, or out of order, as text. */
  wrongUpdates: string[]
  /** Orders that were answered and did not come about, or were charged other than once. */
  lost: string[]
  slowestMs: number
}

type Revision = { orderId: string; revision: number }
type Page = {
  who: NumberedCustomer
  orderId: string
  revision: number
  orderStatus: string
  timeline: { fact: string }[]
}

/**
 * Has customers ask and order, and some of them follow their orders, until `work` is done: half of them on a new connection for each
 * request, half on one that they keep. A request that fails is not repeated. Then checks every order and every update.
 */
export async function whileCustomersOrder(
  stack: Stack,
  app: People,
  load: Load,
  work: () => Promise<void>,
): Promise<Noticed> {
  const item = await app.itemCalled('안개꽃한다발')
  await restock(app, item)
  const noticed: Noticed = {
    queries: 0,
    orders: 0,
    deferred: 0,
    failed: [],
    updates: 0,
    reconnections: 0,
    wrongUpdates: [],
    lost: [],
    slowestMs: 0,
  }
  const placed: { who: NumberedCustomer; id: string }[] = []
  const over = new AbortController()
  const names = Array.from({ length: load.clients }, (_, index): NumberedCustomer => `customer-${index + 1}`)
  const subscribers = await Promise.all(
    names.slice(0, load.subscribers).map((who) => subscribe(stack, app, who, item, noticed, over.signal)),
  )

  let isOver = false
  const client = async (who: NumberedCustomer, index: number) => {
    const agent = index % 2 ? new Agent({ keepAlive: true, maxSockets: 1 }) : undefined
    const pauseMs = (load.clients / load.perSecond) * 1_000
    const send = async (query: string, variables: object = {}) => {
      const from = performance.now()
      const answer = await post(stack.url, { query, variables }, app.tokenOf(who) ?? '', agent)
      noticed.slowestMs = Math.max(noticed.slowestMs, performance.now() - from)
      return answer
    }
    await pause(Math.random() * pauseMs)
    for (let n = index; !isOver; n++) {
      try {
        if (n % ORDER_EVERY) {
          await send(n % 2 ? MENU : MY_PAGE)
          noticed.queries += 1
        } else {
          const { placeOrder: result } = await send(PLACE, { input: orderOf(item, 1) })
          if (!result?.order) throw new Error(`placeOrder answered ${JSON.stringify(result)}`)
          placed.push({ who, id: result.order.id })
          noticed.orders += 1
          if (result.__typename === 'PaymentDeferred') noticed.deferred += 1
        }
      } catch (error) {
        noticed.failed.push(`${agent ? 'kept' : 'new'} connection: ${error instanceof Error ? error.message : error}`)
      }
      await pause(pauseMs * (0.5 + Math.random()))
    }
    agent?.destroy()
  }
  const clients = names.map(client)
  try {
    await work()
  } finally {
    isOver = true
    await Promise.all(clients)
  }
  const pages = await settle(app, placed)
  noticed.lost.push(...(await lostAmong(stack, placed, pages)))
  await until(() => areComplete(subscribers, pages), 'all updates are there').catch(() => {}) // They are listed below.
  noticed.wrongUpdates.push(...subscribers.flatMap((subscriber) => wrongOf(subscriber, pages)))
  over.abort()
  await Promise.all(subscribers.map(({ ended }) => ended))
  return noticed
}

/** Sends a request; throws unless it is answered completely. */
function post(url: string, body: object, token: string, agent: Agent | undefined): Promise<Result> {
  const text = JSON.stringify(body)
  const headers = {
    'content-type': 'application/json',
    authorization: `Bearer ${token}`,
    'content-length': Buffer.byteLength(text),
  }
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', headers, agent: agent ?? false }, (response) => {
      let received = ''
      response.setEncoding('utf8').on('data', (part) => (received += part))
      response.once('error', reject).once('end', () => {
        const { data, errors } = JSON.parse(received) as { data?: Result; errors?: unknown[] }
        if (response.statusCode === 200 && data && !errors) resolve(data)
        else reject(new Error(`${response.statusCode} ${received.slice(0, 300)}`))
      })
    })
    sent.once('error', reject).end(text)
  })
}
type Result = { placeOrder?: { __typename: string; order?: { id: string } } }

async function restock(app: People, { id }: MenuItem): Promise<void> {
  const change = 'mutation ($input: ChangeStockInput!) { changeStock(input: $input) { __typename } }'
  await app.mutate('bundang', change, { input: { idempotencyKey: randomUUID(), itemId: id, delta: 100_000 } })
}

/** `others`: updates that were no CHANGE, as text. */
type Subscriber = { who: NumberedCustomer; received: Revision[]; others: string[]; ended: Promise<void> }

/** Follows a customer's orders; resolves when it has a cursor, by an order that it places first. */
async function subscribe(
  stack: Stack,
  app: People,
  who: NumberedCustomer,
  item: MenuItem,
  noticed: Noticed,
  over: AbortSignal,
): Promise<Subscriber> {
  const { order } = await app.place(who, item, 1)
  await until(async () => {
    const { data } = await app.as<{ myPage: { nodes: Page[] } }>(who, REVISIONS)
    return data?.myPage.nodes[0]?.timeline.length === FACTS.length
  }, 'its first order rests')
  const started = Promise.withResolvers<void>()
  const subscriber: Subscriber = { who, received: [], others: [], ended: Promise.resolve() }
  subscriber.ended = followFeed<{ entry: Revision | null }>(
    {
      urls: [stack.url.replace('http', 'ws')],
      token: async () => app.tokenOf(who) ?? '',
      query: FOLLOW,
      update: ({ kind, entry }) => {
        if (entry?.orderId === order.id) return started.resolve()
        noticed.updates += 1
        if (kind === 'CHANGE' && entry) subscriber.received.push(entry)
        else subscriber.others.push(`${kind} ${entry?.orderId} after ${subscriber.received.length} changes`)
      },
      disconnected: () => (noticed.reconnections += 1),
    },
    over,
  )
  subscriber.ended.catch(started.reject)
  await started.promise
  // A cursor from before the whole first snapshot was delivered would get a GAP, so one order more is followed to its rest.
  const next = await app.place(who, item, 1)
  await until(async () => {
    const { data } = await app.as<{ myPage: { nodes: Page[] } }>(who, REVISIONS)
    const page = data?.myPage.nodes.find(({ orderId }) => orderId === next.order.id)
    return isComplete(page) && subscriber.received.at(-1)?.revision === page?.revision
  }, `${who} receives updates`)
  subscriber.others = []
  noticed.updates = 0
  return subscriber
}

/** Pays what was deferred, and waits until all orders have come about; returns them as their customers see them. */
async function settle(app: People, placed: { who: NumberedCustomer; id: string }[]): Promise<Map<string, Page>> {
  const pages = new Map<string, Page>()
  const missing = () => placed.filter(({ id }) => !isComplete(pages.get(id)))
  await until(async () => {
    for (const who of new Set(missing().map(({ who }) => who))) {
      const { data } = await app.as<{ myPage: { nodes: Page[] } | null }>(who, REVISIONS)
      for (const page of data?.myPage?.nodes ?? []) {
        if (placed.some(({ id }) => id === page.orderId)) pages.set(page.orderId, { ...page, who })
      }
    }
    for (const { who, id } of missing()) await app.payOnce(who, id).catch(() => {})
    return missing().length === 0
  }, 'all orders have come about').catch(() => {}) // They are listed by `lostAmong`.
  return pages
}

const isComplete = (page: Page | undefined) =>
  page !== undefined && FACTS.every((fact) => page.timeline.some((step) => step.fact === fact))

async function lostAmong(stack: Stack, placed: { id: string }[], pages: Map<string, Page>): Promise<string[]> {
  const { entries } = (await stack.sandbox('/book')) as { entries: { type: string; reference: string }[] }
  const charges = Map.groupBy(entries, ({ reference }) => reference)
  return placed.flatMap(({ id }) => {
    const charged = (charges.get(uuidOf(id)) ?? []).map(({ type }) => type).join()
    if (charged !== 'charge') return [`${id} was charged: ${charged || 'never'}`]
    return isComplete(pages.get(id)) ? [] : [`${id}: ${JSON.stringify(pages.get(id))}`]
  })
}

/** Whether a subscriber has the last update of each order. */
const areComplete = (subscribers: Subscriber[], pages: Map<string, Page>) =>
  subscribers.every((subscriber) => wrongOf(subscriber, pages).length === 0)

/** The orders of a subscriber of which it has not received each revision once and in order, up to the last one. */
function wrongOf({ who, received, others }: Subscriber, pages: Map<string, Page>): string[] {
  const own = [...pages.values()].filter((page) => page.who === who)
  const wrong = own.flatMap(({ orderId, revision }) => {
    const revisions = received.filter((update) => update.orderId === orderId).map((update) => update.revision)
    const isGapless = revisions.every((one, index) => one === (revisions[0] ?? 0) + index)
    return isGapless && revisions.at(-1) === revision
      ? []
      : [`${who} received ${revisions} of ${orderId}, not up to ${revision}`]
  })
  return [...wrong, ...others.map((other) => `${who} received ${other}`)]
}
