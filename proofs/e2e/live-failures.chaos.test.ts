import { randomUUID } from 'node:crypto'
import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { until } from '../../chassis/testing/until.ts'
import { followFeed, type LiveUpdate } from '../../scripts/live-client.ts'
import { type Stack, startStack } from '../testing/stack.ts'
import { idOf } from './ids.ts'
import { type MenuItem, type People, people } from './people.ts'
import { type LiveUpdateFields, type RunningOperation, routersOf, run, updatesOf } from './subscriptions.ts'

type Entry = { id: string; revision: number; orderStatus: string; order?: { status: string } | null }
type Update = LiveUpdateFields & { entry: Entry | null }
type Watched = RunningOperation<Record<string, Update | null>>

const PAGE = `subscription ($after: LiveCursor) { myPageUpdated(after: $after) { kind cursor entry { id revision orderStatus } } }`
const FEDERATED = PAGE.replace('orderStatus', 'orderStatus order { status }')
/** The folder of the stream in NATS' data. */
const LIVE = 'nats/jetstream/jetstream/STREAMS/streams/LIVE'
/** The number of updates until the stock is reserved: Ordered, Paid, OrderConfirmed, StockReserved. */
const RESERVED = 4

let stack: Stack
let app: People
let item: MenuItem
let routers: string[]
const stoppables: { stop(): unknown }[] = []
beforeAll(async () => {
  stack = await startStack({ args: ['--routers', '2'], env: { SUBGRAPH_TIMEOUTS: 'order=5000' } })
  app = await people(stack)
  item = await app.itemCalled('안개꽃한다발')
  routers = await routersOf(stack)
  await app.place('lee', item, 1) // Its snapshot shows that a subscription has started.
})
afterAll(async () => {
  await Promise.all(stoppables.map((each) => each.stop()))
  await stack?.stop()
})

async function watch(query = PAGE): Promise<Watched> {
  const watching = run<Record<string, Update | null>>('ws', routers[0] ?? '', { query, token: app.tokenOf('lee') })
  stoppables.push(watching)
  await until(() => updatesOf(watching).some(({ kind }) => kind === 'SNAPSHOT'))
  return watching
}

/** Resumes a subscription with its cursor on the other router, as an app does. */
async function follow() {
  const updates: LiveUpdate<{ entry: Entry | null }>[] = []
  const cuts: string[] = []
  const over = new AbortController()
  const following = followFeed<{ entry: Entry | null }>(
    {
      urls: routers.map((url) => url.replace('http', 'ws')),
      token: async () => app.tokenOf('lee') ?? '',
      query: PAGE,
      update: (update) => updates.push(update),
      disconnected: (reason) => cuts.push(reason),
    },
    over.signal,
  )
  const stop = () => {
    over.abort()
    return following
  }
  stoppables.push({ stop })
  await until(() => updates.length)
  return { updates, cuts }
}

/** The order's updates; each revision must have come once, in order. */
const stepsOf = (updates: readonly { kind: string; entry: Entry | null }[], id: string) =>
  updates.flatMap(({ kind, entry }) => (entry?.id === idOf('MyPageEntry', id) ? `${kind} ${entry.revision}` : []))
const changes = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `CHANGE ${from + index}`)

const pidOf = async (name: string, replica = 1) => {
  const found = (await stack.processes()).find((process) => process.name === name && process.replica === replica)
  if (!found) throw new Error(`${name} is not running.`)
  return found.pid
}
/** Kills a process; resolves when another has replaced it. */
async function replace(name: string, meanwhile: () => void = () => {}): Promise<void> {
  const before = await pidOf(name)
  process.kill(before, 'SIGKILL')
  meanwhile()
  await until(async () => (await pidOf(name)) !== before)
}

/** Places an order; resolves when the subscriber has the update of its reserved stock. */
async function placeOrder(receivedSteps: (id: string) => string[]): Promise<string> {
  const idempotencyKey = randomUUID()
  // Repeated with the same key, because a context may be restarting.
  const id = await until(async () => (await app.place('lee', item, 1, { idempotencyKey })).order?.id)
  await until(() => receivedSteps(id).length >= RESERVED)
  return id
}

it('a frozen context: its own fields are null with an error at their path, and the stream continues', async () => {
  const watched = await watch(FEDERATED)
  const id = await placeOrder((id) => stepsOf(updatesOf(watched), id))
  const order = await pidOf('order')
  process.kill(order, 'SIGSTOP')
  await app.stepWhenReady('bundang', 'receive', id)
  await until(() => stepsOf(updatesOf(watched), id).length > RESERVED)
  process.kill(order, 'SIGCONT')
  const ofIt = () => watched.results.filter(({ data }) => data?.myPageUpdated?.entry?.id === idOf('MyPageEntry', id))
  expect(ofIt().at(-1)).toMatchObject({
    data: {
      myPageUpdated: { kind: 'CHANGE', entry: { id: idOf('MyPageEntry', id), orderStatus: 'RECEIVED', order: null } },
    },
    errors: [{ path: ['myPageUpdated', 'entry', 'order', 'status'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }],
  })
  await app.stepWhenReady('bundang', 'decorate', id)
  await until(() => ofIt().at(-1)?.data?.myPageUpdated?.entry?.order)
  expect(stepsOf(updatesOf(watched), id).slice(0, RESERVED + 1)).toEqual(changes(1, RESERVED + 1))
})

it("the feed's own context restarts: subscribers notice nothing, and miss nothing", async () => {
  const watched = await watch()
  const id = await placeOrder((id) => stepsOf(updatesOf(watched), id))
  const restarted = replace('my-page')
  await app.stepWhenReady('bundang', 'receive', id)
  await restarted
  await app.stepWhenReady('bundang', 'decorate', id)
  await until(() => stepsOf(updatesOf(watched), id).length === RESERVED + 3)
  expect(stepsOf(updatesOf(watched), id)).toEqual(changes(1, RESERVED + 3))
  expect([watched.ended, watched.results.every(({ errors }) => !errors)]).toEqual([null, true])
})

it('a router is killed: its clients resume with their cursors at the other one', async () => {
  const { updates, cuts } = await follow()
  const id = await placeOrder((id) => stepsOf(updates, id))
  process.kill(await pidOf('router', 1), 'SIGKILL')
  expect(await receiveAndDecorateAt(routers[1] ?? '', id)).toEqual(['StoreOrderPayload', 'StoreOrderPayload'])
  await until(() => stepsOf(updates, id).length === RESERVED + 3)
  expect(stepsOf(updates, id)).toEqual(changes(1, RESERVED + 3))
  expect(cuts.length).toBeGreaterThan(0)
  await until(async () => (await fetch(routers[0]?.replace('/graphql', '/ready') ?? '')).ok)
})

async function receiveAndDecorateAt(url: string, id: string): Promise<unknown[]> {
  const mutate = async (name: 'receiveOrder' | 'decorateOrder') => {
    const query = `mutation ($id: ID!) { done: ${name}(input: { orderId: $id }) { __typename } }`
    const placing = run<{ done: { __typename: string } }>('sse', url, {
      ...{ query, variables: { id } },
      token: app.tokenOf('bundang'),
    })
    stoppables.push(placing)
    await until(() => placing.ended)
    return placing.results[0]?.data?.done?.__typename
  }
  return [await mutate('receiveOrder'), await mutate('decorateOrder')]
}

it('NATS restarts: subscribers stay connected and miss no update', async () => {
  const watched = await watch()
  const id = await placeOrder((id) => stepsOf(updatesOf(watched), id))
  await replace('nats')
  await app.stepWhenReady('bundang', 'receive', id)
  await app.stepWhenReady('bundang', 'decorate', id)
  await until(() => stepsOf(updatesOf(watched), id).length === RESERVED + 3)
  expect(stepsOf(updatesOf(watched), id)).toEqual(changes(1, RESERVED + 3))
  expect([watched.ended, watched.results.every(({ errors }) => !errors)]).toEqual([null, true])
})

it('LIVE is lost: connected and resuming subscribers get a GAP, a snapshot, then changes', async () => {
  const watched = await watch()
  const id = await placeOrder((id) => stepsOf(updatesOf(watched), id))
  const before = updatesOf(watched).length
  const cursor = updatesOf(watched).at(-1)?.cursor
  await replace('nats', () => rmSync(join(stack.dataDir, LIVE), { recursive: true }))
  const back = run<Record<string, Update | null>>('ws', routers[1] ?? '', {
    ...{ query: PAGE, variables: { after: cursor } },
    token: app.tokenOf('lee'),
  })
  stoppables.push(back)
  for (const updates of [() => updatesOf(watched).slice(before), () => updatesOf(back)]) {
    await until(() => stepsOf(updates(), id).length)
    expect(updates()[0]).toMatchObject({ kind: 'GAP', entry: null })
    expect(stepsOf(updates(), id)).toEqual([`SNAPSHOT ${RESERVED}`])
  }
  await app.stepWhenReady('bundang', 'receive', id)
  for (const updates of [() => updatesOf(watched).slice(before), () => updatesOf(back)]) {
    await until(() => stepsOf(updates(), id).length > 1)
    expect(stepsOf(updates(), id)).toEqual([`SNAPSHOT ${RESERVED}`, `CHANGE ${RESERVED + 1}`])
    expect(updates().filter(({ kind }) => kind === 'GAP')).toHaveLength(1)
  }
})

it('LIVE loses its last messages: a subscriber with an earlier cursor gets a GAP, a snapshot, then changes', async () => {
  const watched = await watch()
  const id = await placeOrder((id) => stepsOf(updatesOf(watched), id))
  const cursor = updatesOf(watched).at(-1)?.cursor
  const [live, saved] = [join(stack.dataDir, LIVE), join(stack.dataDir, 'live-saved')]
  await replace('nats', () => cpSync(live, saved, { recursive: true }))
  await app.stepWhenReady('bundang', 'receive', id)
  await until(() => stepsOf(updatesOf(watched), id).includes(`CHANGE ${RESERVED + 1}`))
  await replace('nats', () => {
    rmSync(live, { recursive: true })
    cpSync(saved, live, { recursive: true })
  })
  const back = run<Record<string, Update | null>>('ws', routers[1] ?? '', {
    ...{ query: PAGE, variables: { after: cursor } },
    token: app.tokenOf('lee'),
  })
  stoppables.push(back)
  for (const watching of [watched, back])
    await until(() => stepsOf(updatesOf(watching), id).at(-1) === `SNAPSHOT ${RESERVED + 1}`)
  expect(updatesOf(back).map(({ kind }) => kind)).toContain('GAP')
  await app.stepWhenReady('bundang', 'decorate', id)
  // A router may find the loss before LIVE is recreated, and send a GAP for each; then this is a SNAPSHOT.
  const newest = (watching: Watched) => stepsOf(updatesOf(watching), id).at(-1)?.split(' ')[1]
  for (const watching of [watched, back]) await until(() => newest(watching) === String(RESERVED + 3))
})
