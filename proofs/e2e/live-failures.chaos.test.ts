import { randomUUID } from 'node:crypto'
import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { until } from '../../chassis/testing/until.ts'
import { followFeed, type LiveUpdate } from '../../scripts/live-client.ts'
import { type Stack, startStack } from '../testing/stack.ts'
import { type MenuItem, type People, people } from './people.ts'
import { routersOf, run, type Told, updatesOf, type Watching } from './watching.ts'

type Entry = { id: string; revision: number; orderStatus: string; order?: { status: string } | null }
type Seen = Told & { entry: Entry | null }
type Watched = Watching<Record<string, Seen | null>>

const PAGE = `subscription ($after: LiveCursor) { myPageUpdated(after: $after) { kind cursor entry { id revision orderStatus } } }`
const FEDERATED = PAGE.replace('orderStatus', 'orderStatus order { status }')
/** Where NATS keeps the stream. */
const LIVE = 'nats/jetstream/jetstream/$G/streams/LIVE'
/** What a customer has been told of once the stock is reserved: Ordered, Paid, OrderConfirmed, StockReserved. */
const RESERVED = 4

let stack: Stack
let app: People
let item: MenuItem
let routers: string[]
const under: { stop(): unknown }[] = []
beforeAll(async () => {
  stack = await startStack({ args: ['--routers', '2'], env: { SUBGRAPH_TIMEOUTS: 'order=5000' } })
  app = await people(stack)
  item = await app.itemCalled('안개꽃한다발')
  routers = await routersOf(stack)
  await app.place('lee', item, 1) // Whoever watches is told how it stands, and has begun then.
})
afterAll(async () => {
  await Promise.all(under.map((each) => each.stop()))
  await stack?.stop()
})

async function watch(query = PAGE): Promise<Watched> {
  const watching = run<Record<string, Seen | null>>('ws', routers[0] ?? '', { query, token: app.tokenOf('lee') })
  under.push(watching)
  await until(() => updatesOf(watching).length)
  return watching
}

/** Watches as an app does that comes back by its cursor, on the other router. */
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
  under.push({ stop })
  await until(() => updates.length)
  return { updates, cuts }
}

/** The order's updates; each revision must have come once, in order. */
const told = (updates: readonly { kind: string; entry: Entry | null }[], id: string) =>
  updates.flatMap(({ kind, entry }) => (entry?.id === id ? `${kind} ${entry.revision}` : []))
const changes = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `CHANGE ${from + index}`)

const pidOf = async (name: string, replica = 1) => {
  const found = (await stack.processes()).find((process) => process.name === name && process.replica === replica)
  if (!found) throw new Error(`${name} is not running.`)
  return found.pid
}
/** Kills it; resolves when another has taken its place. */
async function replace(name: string, meanwhile: () => void = () => {}): Promise<void> {
  const before = await pidOf(name)
  process.kill(before, 'SIGKILL')
  meanwhile()
  await until(async () => (await pidOf(name)) !== before)
}

/** An order that is placed and whose stock is reserved, as the watcher was told. */
async function ordered(isTold: (id: string) => string[]): Promise<string> {
  const idempotencyKey = randomUUID()
  // A context that is just coming back: asked again, by the same key.
  const id = await until(async () => (await app.place('lee', item, 1, { idempotencyKey })).order?.id)
  await until(() => isTold(id).length >= RESERVED)
  return id
}

it('a frozen context costs its own fields, with an error at their place; the stream goes on', async () => {
  const watched = await watch(FEDERATED)
  const id = await ordered((id) => told(updatesOf(watched), id))
  const order = await pidOf('order')
  process.kill(order, 'SIGSTOP')
  await app.stepOnceThere('bundang', 'receive', id)
  await until(() => told(updatesOf(watched), id).length > RESERVED)
  process.kill(order, 'SIGCONT')
  const ofIt = () => watched.results.filter(({ data }) => data?.myPageUpdated?.entry?.id === id)
  expect(ofIt().at(-1)).toMatchObject({
    data: { myPageUpdated: { kind: 'CHANGE', entry: { id, orderStatus: 'RECEIVED', order: null } } },
    errors: [{ path: ['myPageUpdated', 'entry', 'order', 'status'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }],
  })
  await app.stepOnceThere('bundang', 'decorate', id)
  await until(() => ofIt().at(-1)?.data?.myPageUpdated?.entry?.order)
  expect(told(updatesOf(watched), id).slice(0, RESERVED + 1)).toEqual(changes(1, RESERVED + 1))
})

it("the feed's own context restarts: subscribers notice nothing, and miss nothing", async () => {
  const watched = await watch()
  const id = await ordered((id) => told(updatesOf(watched), id))
  const restarted = replace('my-page')
  await app.stepOnceThere('bundang', 'receive', id)
  await restarted
  await app.stepOnceThere('bundang', 'decorate', id)
  await until(() => told(updatesOf(watched), id).length === RESERVED + 3)
  expect(told(updatesOf(watched), id)).toEqual(changes(1, RESERVED + 3))
  expect([watched.ended, watched.results.every(({ errors }) => !errors)]).toEqual([null, true])
})

it('a router is killed: its clients go on by their cursors at the other one', async () => {
  const { updates, cuts } = await follow()
  const id = await ordered((id) => told(updates, id))
  process.kill(await pidOf('router', 1), 'SIGKILL')
  expect(await receiveAndDecorateAt(routers[1] ?? '', id)).toEqual(['StoreOrderPayload', 'StoreOrderPayload'])
  await until(() => told(updates, id).length === RESERVED + 3)
  expect(told(updates, id)).toEqual(changes(1, RESERVED + 3))
  expect(cuts.length).toBeGreaterThan(0)
  await until(async () => (await fetch(routers[0]?.replace('/graphql', '/ready') ?? '')).ok)
})

async function receiveAndDecorateAt(url: string, id: string): Promise<unknown[]> {
  const does = async (name: 'receiveOrder' | 'decorateOrder') => {
    const query = `mutation ($id: ID!) { done: ${name}(input: { orderId: $id }) { __typename } }`
    const asked = run<{ done: { __typename: string } }>('sse', url, {
      ...{ query, variables: { id } },
      token: app.tokenOf('bundang'),
    })
    under.push(asked)
    await until(() => asked.ended)
    return asked.results[0]?.data?.done?.__typename
  }
  return [await does('receiveOrder'), await does('decorateOrder')]
}

it('NATS restarts: subscribers are kept, and miss nothing', async () => {
  const watched = await watch()
  const id = await ordered((id) => told(updatesOf(watched), id))
  await replace('nats')
  await app.stepOnceThere('bundang', 'receive', id)
  await app.stepOnceThere('bundang', 'decorate', id)
  await until(() => told(updatesOf(watched), id).length === RESERVED + 3)
  expect(told(updatesOf(watched), id)).toEqual(changes(1, RESERVED + 3))
  expect([watched.ended, watched.results.every(({ errors }) => !errors)]).toEqual([null, true])
})

it('the stream LIVE is lost: who watches, and who comes with a cursor, is told GAP, then how all stands, and goes on', async () => {
  const watched = await watch()
  const id = await ordered((id) => told(updatesOf(watched), id))
  const before = updatesOf(watched).length
  const cursor = updatesOf(watched).at(-1)?.cursor
  await replace('nats', () => rmSync(join(stack.dataDir, LIVE), { recursive: true }))
  const back = run<Record<string, Seen | null>>('ws', routers[1] ?? '', {
    ...{ query: PAGE, variables: { after: cursor } },
    token: app.tokenOf('lee'),
  })
  under.push(back)
  for (const updates of [() => updatesOf(watched).slice(before), () => updatesOf(back)]) {
    await until(() => told(updates(), id).length)
    expect(updates()[0]).toMatchObject({ kind: 'GAP', entry: null })
    expect(told(updates(), id)).toEqual([`SNAPSHOT ${RESERVED}`])
  }
  await app.stepOnceThere('bundang', 'receive', id)
  for (const updates of [() => updatesOf(watched).slice(before), () => updatesOf(back)]) {
    await until(() => told(updates(), id).length > 1)
    expect(told(updates(), id)).toEqual([`SNAPSHOT ${RESERVED}`, `CHANGE ${RESERVED + 1}`])
    expect(updates().filter(({ kind }) => kind === 'GAP')).toHaveLength(1)
  }
})

it('LIVE loses what came last: who comes with a cursor from before is told GAP, then how all stands, and goes on', async () => {
  const watched = await watch()
  const id = await ordered((id) => told(updatesOf(watched), id))
  const cursor = updatesOf(watched).at(-1)?.cursor
  const [live, saved] = [join(stack.dataDir, LIVE), join(stack.dataDir, 'live-saved')]
  await replace('nats', () => cpSync(live, saved, { recursive: true }))
  await app.stepOnceThere('bundang', 'receive', id)
  await until(() => told(updatesOf(watched), id).includes(`CHANGE ${RESERVED + 1}`))
  await replace('nats', () => {
    rmSync(live, { recursive: true })
    cpSync(saved, live, { recursive: true })
  })
  const back = run<Record<string, Seen | null>>('ws', routers[1] ?? '', {
    ...{ query: PAGE, variables: { after: cursor } },
    token: app.tokenOf('lee'),
  })
  under.push(back)
  for (const watching of [watched, back])
    await until(() => told(updatesOf(watching), id).at(-1) === `SNAPSHOT ${RESERVED + 1}`)
  expect(updatesOf(back).map(({ kind }) => kind)).toContain('GAP')
  await app.stepOnceThere('bundang', 'decorate', id)
  // A router may find the cut before LIVE is made anew, and tell a GAP for each: then this is a SNAPSHOT.
  const newest = (watching: Watched) => told(updatesOf(watching), id).at(-1)?.split(' ')[1]
  for (const watching of [watched, back]) await until(() => newest(watching) === String(RESERVED + 3))
})
