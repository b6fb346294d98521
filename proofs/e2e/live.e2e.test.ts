import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { WebSocket } from 'ws'
import { until } from '../../chassis/testing/until.ts'
import { type Stack, startStack } from '../testing/stack.ts'
import { idOf } from './ids.ts'
import { FACTS_OF_AN_ORDER, type MenuItem, orderOf, type People, type Person, people } from './people.ts'
import { daysOf } from './shops.ts'
import {
  type LiveUpdateFields,
  type RunningOperation,
  refusalOf,
  routersOf,
  run,
  type Transport,
  updatesOf,
} from './subscriptions.ts'

type Update<Name extends string> = LiveUpdateFields & { [name in Name]: Record<string, unknown> | null }
type Watched<Name extends string = 'entry'> = RunningOperation<Record<string, Update<Name> | null>>

const PAGE = `subscription ($orderId: ID, $after: LiveCursor) { myPageUpdated(orderId: $orderId, after: $after) { kind cursor
  entry { id revision orderStatus paymentStatus deliveryStatus timeline { fact } } } }`
const FEDERATED_PAGE = `subscription ($card: Boolean!, $no: Boolean!, $first: Int) { mine: myPageUpdated { why: kind kind cursor
  entry { ...Own order { ...Whole delivery { rider { name } } } } } }
  fragment Own on MyPageEntry { id revision place: storeName orderStatus @skip(if: $no) }
  fragment Whole on Order { cardMessage @include(if: $card) notThis: cardMessage @include(if: $no)
    lines { name } recipient { name address } payment { status } store { name items(first: $first) { nodes { name } } } }`
const STORE = `subscription ($store: ID!, $after: LiveCursor) { storeOrderUpdated(storeId: $store, after: $after) { kind cursor
  storeOrder { id status order { lines { name } recipient { name } total { amount } payment { id } }
    store { name orders(first: 1) { nodes { id } } } } } }`
const DELIVERIES = `subscription ($after: LiveCursor) { deliveryUpdated(after: $after) { kind cursor
  delivery { id status attempts { reason note } departedAt rider { id name } district lines { name } recipient { address } order { id } } } }`

let stack: Stack
let app: People
let item: MenuItem
let other: MenuItem
let routers: [string, string]
/** An order that was open when the subscriptions began, and one that they received from placing to delivery. */
let openOrder: string
let finishedOrder: string
const stoppables: { stop(): unknown }[] = []

/** Subscribes at router 0 or 1; stopped after the tests. */
function watch<Name extends string = 'entry'>(
  who: Person,
  query: string,
  options: { variables?: Record<string, unknown>; transport?: Transport; at?: 0 | 1 } = {},
): Watched<Name> {
  const { variables, transport = 'ws', at = 0 } = options
  const operation = { query, variables, token: app.tokenOf(who) }
  const running = run<Record<string, Update<Name> | null>>(transport, routers[at], operation)
  stoppables.push(running)
  return running
}
const pageOf = (watched: Watched, id: string) =>
  updatesOf(watched).filter(({ entry }) => entry?.id === idOf('MyPageEntry', id))
const steps = (updates: Update<'entry'>[]) => updates.map(({ kind, entry }) => `${kind} ${entry?.revision}`)
const changes = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `CHANGE ${from + index}`)

const watchers = {} as {
  page: Watched
  federated: Watched
  sse: Watched
  hong: Watched
  florist: Watched<'storeOrder'>
  otherFlorist: Watched<'storeOrder'>
  rider: Watched<'delivery'>
  loser: Watched<'delivery'>
  offered: Watched<'delivery'>
  customer: Watched<'delivery'>
  terminal: { output: string; child: ChildProcess }
}
/** Each fact adds a revision. */
const FACT_COUNT = FACTS_OF_AN_ORDER.length

beforeAll(async () => {
  stack = await startStack({ args: ['--routers', '2'] })
  app = await people(stack)
  const [first = '', second = ''] = await routersOf(stack)
  routers = [first, second]
  item = await app.itemCalled('장미 한바구니')
  other = await app.itemCalled('안개꽃한다발')

  openOrder = (await app.place('lee', item, 1)).order.id
  await app.stepWhenReady('kj', 'receive', openOrder)
  const store = { store: item.store.id }
  watchers.page = watch('lee', PAGE)
  watchers.federated = watch('lee', FEDERATED_PAGE, { variables: { card: true, no: false, first: 1 } })
  watchers.sse = watch('lee', PAGE, { transport: 'sse', at: 1 })
  watchers.hong = watch('hong', PAGE)
  watchers.florist = watch('kj', STORE, { variables: store, at: 1 })
  watchers.otherFlorist = watch('bundang', STORE, { variables: store })
  watchers.rider = watch('rider', DELIVERIES)
  watchers.loser = watch('jung', DELIVERIES, { at: 1 })
  watchers.customer = watch('hong', DELIVERIES)
  watchers.terminal = watchInTerminal('lee')
  const live = [watchers.page, watchers.sse, watchers.federated, watchers.florist]
  await until(() => live.every((watched) => updatesOf<LiveUpdateFields>(watched).length >= 2))
  await until(() => watchers.terminal.output.includes(idOf('MyPageEntry', openOrder).slice(-4)))

  finishedOrder = (await app.place('lee', item, 2)).order.id
  await app.stepWhenReady('kj', 'receive', finishedOrder)
  await app.stepWhenReady('kj', 'decorate', finishedOrder)
  await until(async () => {
    watchers.offered = watch<'delivery'>('jung', DELIVERIES)
    await until(() => updatesOf(watchers.offered).length >= 2)
    return updatesOf(watchers.offered)[1]?.delivery?.lines
  })
  await app.stepWhenReady('rider', 'depart', finishedOrder)
  await app.stepWhenReady('rider', 'complete', finishedOrder)
  await until(() => pageOf(watchers.page, finishedOrder).length === FACT_COUNT)
})
afterAll(async () => {
  await Promise.all(stoppables.map((each) => each.stop()))
  await stack?.stop()
})

function watchInTerminal(who: string) {
  const child = spawn(process.execPath, [resolve(import.meta.dirname, '../../scripts/watch.ts'), who], {
    env: { PATH: process.env.PATH, DATA_DIR: stack.dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const terminal = { child, output: '' }
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => (terminal.output += text))
  stoppables.push({ stop: () => child.kill('SIGTERM') })
  return terminal
}

describe('myPageUpdated', () => {
  it('sends a snapshot of each open order, then one CHANGE for each moment of the timeline', () => {
    expect(steps(pageOf(watchers.page, openOrder))[0]).toMatch(/^SNAPSHOT \d$/)
    const updates = pageOf(watchers.page, finishedOrder)
    expect(steps(updates)).toEqual(changes(1, FACT_COUNT))
    for (const { entry } of updates) expect(entry?.timeline).toHaveLength(Number(entry?.revision))
    const facts = updates.at(-1)?.entry?.timeline as { fact: string }[]
    expect(facts.map(({ fact }) => fact).sort()).toEqual(FACTS_OF_AN_ORDER)
    expect(updates.at(-1)?.entry).toMatchObject({ orderStatus: 'DELIVERED', deliveryStatus: 'COMPLETED' })
  })

  it('sends the same over Server-Sent Events, on the other router', async () => {
    await until(() => pageOf(watchers.sse, finishedOrder).length === FACT_COUNT)
    // The other router may have a later snapshot of the earlier order.
    expect(pageOf(watchers.sse, finishedOrder)).toEqual(pageOf(watchers.page, finishedOrder))
  })

  it('sends nothing of it to other customers', () => {
    expect(updatesOf(watchers.hong).map(({ kind, entry }) => [kind, entry])).toEqual([['GAP', null]])
    expect(watchers.hong.ended).toBeNull()
  })

  it('starts with the open orders; or, with orderId, with that order in any state, and no other', async () => {
    const open = watch('lee', PAGE, { at: 1 })
    const named = watch('lee', PAGE, { variables: { orderId: finishedOrder }, at: 1 })
    await until(() => pageOf(open, openOrder).length && updatesOf(named).length === 2)
    const { order } = await app.place('lee', other, 1)
    await until(() => pageOf(open, order.id).length === 4)
    expect(steps(pageOf(open, openOrder))).toEqual([expect.stringMatching(/^SNAPSHOT/)])
    expect(pageOf(open, finishedOrder)).toEqual([])
    expect(updatesOf(named)).toMatchObject([
      { kind: 'GAP', entry: null },
      { kind: 'SNAPSHOT', entry: { id: idOf('MyPageEntry', finishedOrder), revision: FACT_COUNT } },
    ])
  })

  it("has other contexts' fields by aliases, fragments, variables, @include and @skip", async () => {
    await until(() => pageOf(watchers.federated, finishedOrder).length === FACT_COUNT)
    for (const { errors } of watchers.federated.results) expect(errors).toBeUndefined()
    expect(pageOf(watchers.federated, finishedOrder).at(-1)).toEqual({
      ...{ why: 'CHANGE', kind: 'CHANGE', cursor: expect.any(String) },
      entry: {
        ...{ id: idOf('MyPageEntry', finishedOrder), revision: FACT_COUNT, place: 'KJSHOP', orderStatus: 'DELIVERED' },
        order: {
          cardMessage: '생일 축하해요',
          lines: [{ name: '장미 한바구니' }],
          recipient: { name: '김받음', address: '경기도 성남시 분당구 1' },
          payment: { status: 'APPROVED' },
          store: { name: 'KJSHOP', items: { nodes: [{ name: expect.any(String) }] } },
          delivery: { rider: { name: '최달림' } },
        },
      },
    })
  })
})

describe('storeOrderUpdated', () => {
  it('sends the owner each step, with the fields that the owner may read, also those that the message lacks', async () => {
    const of = (id: string) =>
      updatesOf(watchers.florist).filter(({ storeOrder }) => storeOrder?.id === idOf('StoreOrder', id))
    await until(() => of(finishedOrder).at(-1)?.storeOrder?.status === 'DELIVERED')
    expect(of(openOrder)).toMatchObject([{ kind: 'SNAPSHOT', storeOrder: { status: 'RECEIVED' } }])
    expect(of(finishedOrder).map(({ kind, storeOrder }) => `${kind} ${storeOrder?.status}`)).toEqual(
      ['NEW', 'RECEIVED', 'DECORATED', 'HANDED_OVER', 'DELIVERED'].map((status) => `CHANGE ${status}`),
    )
    expect(of(finishedOrder)[0]?.storeOrder).toMatchObject({
      order: {
        lines: [{ name: '장미 한바구니' }],
        recipient: { name: '김받음' },
        total: { amount: 100_000 },
        payment: { id: idOf('Payment', finishedOrder) },
      },
      store: { name: 'KJSHOP', orders: { nodes: [{ id: idOf('StoreOrder', finishedOrder) }] } },
    })
  })

  it("sends nothing of another owner's store", () => {
    const updates = updatesOf(watchers.otherFlorist).map(({ kind, storeOrder }) => [kind, storeOrder])
    expect([updates, watchers.otherFlorist.ended]).toEqual([[['GAP', null]], null])
  })
})

describe('deliveryUpdated', () => {
  const of = (watched: Watched<'delivery'>): Record<string, unknown>[] =>
    updatesOf(watched).flatMap(({ delivery }) => (delivery ? [delivery] : []))

  const shown = { lines: [{ name: '장미 한바구니' }], recipient: { address: '경기도 성남시 분당구 1' } }

  it('sends any rider the waiting deliveries with lines and district, but without address and order', () => {
    const carried = { ...shown, district: '135', recipient: null, order: null }
    const delivery = {
      id: idOf('Delivery', finishedOrder),
      status: 'REQUESTED',
      rider: null,
      departedAt: null,
      ...carried,
    }
    expect(updatesOf(watchers.offered)[1]).toMatchObject({ delivery })
  })

  it('sends the departed rider each step, with the address', async () => {
    await until(() => of(watchers.rider).at(-1)?.status === 'COMPLETED')
    expect(of(watchers.rider)).toMatchObject([
      { id: idOf('Delivery', finishedOrder), status: 'REQUESTED', rider: null },
      { id: idOf('Delivery', finishedOrder), status: 'DEPARTED', rider: { name: '최달림' } },
      { id: idOf('Delivery', finishedOrder), status: 'COMPLETED', rider: { name: '최달림' } },
    ])
    const before = updatesOf(watchers.rider)[1]?.cursor // The first is the GAP.
    await until(async () => {
      const again = watch<'delivery'>('rider', DELIVERIES, { variables: { after: before }, at: 1 })
      await until(() => of(again).length === 2)
      expect(of(again)).toMatchObject([shown, shown])
      return true
    })
  })

  it('sends other riders that a delivery waits, then that it is taken, but not by whom', async () => {
    await until(() => of(watchers.loser).length === 2)
    expect(of(watchers.loser)).toMatchObject([
      { id: idOf('Delivery', finishedOrder), status: 'REQUESTED', rider: null },
      { id: idOf('Delivery', finishedOrder), status: 'DEPARTED', rider: null },
    ])
  })

  it('shows nothing of what is carried to a rider who lost the delivery, also in repeated updates', async () => {
    const before = updatesOf(watchers.loser)[1]?.cursor // The first is the GAP.
    await until(async () => {
      const again = watch<'delivery'>('jung', DELIVERIES, { variables: { after: before } })
      await until(() => of(again).length)
      return of(again).every(({ status, lines, recipient }) => status === 'DEPARTED' && !lines && !recipient)
    })
  })

  it('repeats to a rider who lost the delivery no address: neither that of then nor the corrected one', async () => {
    const { order } = await app.place('lee', other, 1)
    const delivery = idOf('Delivery', order.id)
    // Each command is repeated until its context has heard of what came before.
    const say = (who: Person, text: string, input: object) =>
      until(async () => {
        const result = await app.mutate(who, `mutation ${text} { __typename ... on Failure { message } } }`, { input })
        return result.__typename.endsWith('Payload')
      }, text)
    await app.stepWhenReady('bundang', 'receive', order.id)
    await app.stepWhenReady('bundang', 'decorate', order.id)
    await app.stepWhenReady('rider', 'depart', order.id)
    await say('rider', '($input: ReportFailedAttemptInput!) { reportFailedAttempt(input: $input)', {
      ...{ deliveryId: delivery, attempt: 1, reason: 'WRONG_ADDRESS', note: '대문이 없음' },
    })
    const recipient = { name: '김받음', phone: '010-9999-8888', address: '경기도 성남시 분당구 2', postalCode: '13561' }
    const correct = '($input: CorrectRecipientInput!) { correctRecipient(input: $input)'
    await say('lee', correct, { orderId: order.id, recipient })
    const windows = (await daysOf(app, other.store.id)).flatMap((day) => day.windows)
    const windowId = windows.find(({ startsAt }) => Date.parse(startsAt) > Date.now() + 60_000)?.windowId
    await say('lee', '($input: RequestRedeliveryInput!) { requestRedelivery(input: $input)', {
      ...{ deliveryId: delivery, windowId },
    })
    await say('jung', '($input: DepartForDeliveryInput!) { departForDelivery(input: $input)', {
      ...{ deliveryId: delivery, attempt: 2 },
    })
    const resumed = (who: Person, { cursor }: LiveUpdateFields = { kind: 'GAP', cursor: '' }) =>
      watch<'delivery'>(who, DELIVERIES, { variables: { after: cursor } })
    const lost = resumed('rider', updatesOf(watchers.rider)[0])
    const present = resumed('jung', updatesOf(watchers.loser)[0])
    const ofThis = (watched: Watched<'delivery'>) => of(watched).filter(({ id }) => id === delivery)
    await until(() => [lost, present].every((one) => ofThis(one).filter((at) => at.status === 'DEPARTED').length >= 2))
    for (const { results } of [lost, present])
      expect(results.flatMap(({ data, errors }) => (errors || !data ? [errors] : []))).toEqual([])
    for (const update of ofThis(lost)) expect(update).toMatchObject({ recipient: null, lines: null, district: null })
    expect(ofThis(present).at(-1)).toMatchObject({ recipient: { address: recipient.address } })
  })

  it('shows others than riders neither order nor rider', () => {
    for (const updates of of(watchers.customer)) expect(updates).toMatchObject({ rider: null, lines: null })
  })
})

describe('after', () => {
  it('resumes after any update on the other router: missed changes once, in order, and no SNAPSHOT', async () => {
    const updates = pageOf(watchers.page, finishedOrder)
    for (const [index, { cursor }] of updates.entries()) {
      const again = watch('lee', PAGE, { variables: { after: cursor }, at: 1, transport: index % 2 ? 'ws' : 'sse' })
      await until(() => index === FACT_COUNT - 1 || pageOf(again, finishedOrder).length === FACT_COUNT - 1 - index)
      expect(steps(pageOf(again, finishedOrder))).toEqual(changes(index + 2, FACT_COUNT))
    }
  })

  it('resumes after the last update with the next one', async () => {
    const before = updatesOf(watchers.page).length
    const on = watch('lee', PAGE, { variables: { after: updatesOf(watchers.page).at(-1)?.cursor }, at: 1 })
    const { order } = await app.place('lee', other, 1)
    await until(() => pageOf(on, order.id).length === 4)
    await until(() => pageOf(watchers.page, order.id).length === 4)
    expect(updatesOf(on)).toEqual(updatesOf(watchers.page).slice(before))
  })

  it("refuses another user's, another subscription's and a forged one, all alike", async () => {
    const { cursor = '' } = updatesOf(watchers.page)[0] ?? {}
    const ofStore = updatesOf(watchers.florist)[0]?.cursor
    const forged = `${cursor.slice(0, -2)}${cursor.endsWith('AA') ? 'BB' : 'AA'}`
    for (const [who, variables] of [
      ['hong', { after: cursor }],
      ['lee', { after: cursor, orderId: finishedOrder }],
      ['lee', { after: ofStore }],
      ['lee', { after: forged }],
      ['lee', { after: 'nonsense' }],
    ] as const) {
      for (const transport of ['ws', 'sse'] as const) {
        expect(await refusalOf(watch(who, PAGE, { variables, transport }))).toEqual(['BAD_CURSOR'])
      }
    }
  })
})

describe('over both transports', () => {
  it.each(['ws', 'sse'] as const)('%s: runs queries and mutations', async (transport) => {
    const menu = run<{ items: { nodes: object[] } }>(transport, routers[1], { query: '{ items { nodes { name } } }' })
    const query = 'mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { __typename } }'
    const input = { ...orderOf(other, 1), idempotencyKey: randomUUID() }
    const placed = run(transport, routers[0], { query, variables: { input }, token: app.tokenOf('hong') })
    stoppables.push(menu, placed)
    await until(() => menu.ended && placed.ended)
    expect(menu).toMatchObject({ ended: 'completed', results: [{ data: { items: { nodes: expect.any(Array) } } }] })
    // On a busy machine its payment may be deferred.
    const __typename = expect.stringMatching(/^(OrderPayload|PaymentDeferred)$/)
    expect(placed.results).toEqual([{ data: { placeOrder: { __typename } } }])
  })

  it.each(['ws', 'sse'] as const)('%s: refuses anonymous users and invalid operations', async (transport) => {
    expect(await refusalOf(watch('nobody', PAGE, { transport }))).toEqual(['UNAUTHENTICATED'])
    expect(await refusalOf(watch('lee', 'subscription { nothing }', { transport }))).toEqual([
      'GRAPHQL_VALIDATION_FAILED',
    ])
  })

  it('GraphQL by GET is an event stream for an EventSource', async () => {
    const url = `${routers[0]}?query=${encodeURIComponent('{ items(first: 1) { nodes { id } } }')}`
    const response = await fetch(url, { headers: { accept: 'text/event-stream' } })
    expect(await response.text()).toMatch(/event: next\ndata: {"data":{"items":.*\n\nevent: complete\n/)
  })
})

describe('a WebSocket that violates the protocol is closed with its code', () => {
  const INIT = { type: 'connection_init' }
  const HOW = { id: '1', type: 'subscribe', payload: { query: PAGE } }
  it.each([
    [4400, 'what is no message', ['{}']],
    [4401, 'asking before saying who one is', [HOW]],
    [4429, 'saying twice who one is', [INIT, INIT]],
    [4403, 'a token that proves nothing', [{ ...INIT, payload: { authorization: 'Bearer nonsense' } }]],
  ])('%d: %s', async (code, _, messages) => {
    const socket = new WebSocket(routers[0].replace('http', 'ws'), 'graphql-transport-ws')
    stoppables.push({ stop: () => socket.terminate() })
    let closed = 0
    socket.on('close', (code) => (closed = code))
    socket.on('open', () => {
      for (const message of messages) socket.send(typeof message === 'string' ? message : JSON.stringify(message))
    })
    await until(() => closed)
    expect(closed).toBe(code)
  })

  it('4409: an id in use', async () => {
    const socket = new WebSocket(routers[0].replace('http', 'ws'), 'graphql-transport-ws')
    stoppables.push({ stop: () => socket.terminate() })
    let closed = 0
    socket.on('close', (code) => (closed = code))
    socket.on('message', (text) => {
      if (!String(text).includes('connection_ack')) return
      socket.send(JSON.stringify(HOW))
      socket.send(JSON.stringify(HOW))
    })
    socket.on('open', () =>
      socket.send(JSON.stringify({ ...INIT, payload: { authorization: `Bearer ${app.tokenOf('lee')}` } })),
    )
    await until(() => closed)
    expect(closed).toBe(4409)
  })
})

it('npm run watch prints the state of an order, and each change', async () => {
  const { terminal } = watchers
  await until(() => terminal.output.includes('DELIVERED'))
  const lines = terminal.output
    .split('\n')
    .filter((line) => line.includes(`…${idOf('MyPageEntry', finishedOrder).slice(-4)}`))
  expect(lines).toHaveLength(FACT_COUNT)
  expect(lines[0]).toMatch(
    /^\d\d:\d\d:\d\d \* …\w{4} KJSHOP: 장미 한바구니 × 2, for [^()]+ {2}AWAITING_PAYMENT {2}\(Ordered\)$/,
  )
  expect(lines.at(-1)).toContain('DELIVERED · payment APPROVED · delivery COMPLETED  (DeliveryCompleted)')
  expect(terminal.output).toMatch(/ {3}…\w{4} KJSHOP: 장미 한바구니 × 1, for [^()]+ {2}RECEIVED/)
})
