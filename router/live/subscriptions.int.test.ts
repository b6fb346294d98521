import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { type Client, createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { connectNats, LIVE, type Nats } from '../../chassis/nats/connection.ts'
import { ensureStream } from '../../chassis/nats/keep-streams.ts'
import { type NatsServer, natsServer } from '../../chassis/testing/nats-server.ts'
import { until } from '../../chassis/testing/until.ts'
import { auction } from '../testing/auction.ts'
import { startIssuer } from '../testing/issuer.ts'
import { startLots } from '../testing/lots.ts'
import { startTestRouter } from '../testing/router.ts'

type Router = Awaited<ReturnType<typeof startTestRouter>>

let server: NatsServer
let nats: Nats
let issuer: Awaited<ReturnType<typeof startIssuer>>
let routers: Router[]
let clients: Client[]
let lots: ReturnType<typeof startLots>

beforeAll(async () => {
  server = await natsServer()
  issuer = await startIssuer()
  nats = await connectNats(server.url, 'source')
  await ensureStream(nats, LIVE)
  lots = startLots(nats)
  const settings = {
    NATS_URL: server.url,
    JWT_ISSUERS: [{ issuer: issuer.issuer }],
    CURSOR_SECRET: 'a secret of at least 32 characters',
  }
  routers = [await startTestRouter(auction, settings), await startTestRouter(auction, settings)]
})
afterAll(async () => {
  await Promise.all(routers.map((router) => router.close()))
  await nats.end()
  await issuer.close()
  await server.end()
})
beforeEach(() => {
  lots.forget()
  clients = []
})
afterEach(async () => {
  await Promise.all(clients.map((client) => client.dispose()))
})

type Received = { kind?: string; cursor: string; lot: Record<string, unknown> | null }

async function subscribe(at: number, user: string | null, source: string, variables: Record<string, unknown> = {}) {
  const token = user && (await issuer.sign({ sub: user }))
  const client = createClient({
    url: `${routers[at]?.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: token ? { authorization: `Bearer ${token}` } : {},
  })
  clients.push(client)
  const received: Received[] = []
  const errors: unknown[] = []
  let isDone = false
  const stop = client.subscribe<{ lotUpdated: Received }>(
    { query: source, variables },
    {
      next: ({ data, errors: partial }) => {
        if (data) received.push(data.lotUpdated)
        errors.push(...(partial ?? []))
      },
      error: (error) => errors.push(...(Array.isArray(error) ? error : [error])),
      complete: () => {
        isDone = true
      },
    },
  )
  return { received, errors, stop, isDone: () => isDone }
}

const LOTS =
  'subscription ($id: ID, $after: LiveCursor) { lotUpdated(lotId: $id, after: $after) { kind cursor lot { id title } } }'
const summariesOf = ({ received }: { received: Received[] }) =>
  received.map(({ kind, lot }) => `${kind} ${lot?.id} ${lot?.title}`)

describe('a subscription', () => {
  it('gets a snapshot, then changes, and after a disconnection the missed ones, on any router', async () => {
    await lots.publish('ann', 'a1', { title: 'first' })
    await lots.publish('ann', 'a2', { title: 'other', open: false })
    await lots.publish('bob', 'b1', { title: 'of another user' })
    const before = await subscribe(0, 'ann', LOTS)
    await until(() => before.received.length === 2)
    await lots.publish('ann', 'a1', { title: 'second' })
    await lots.publish('bob', 'b1', { title: 'of another user' })
    await until(() => before.received.length === 3)
    before.stop()

    await lots.publish('ann', 'a2', { title: 'missed', open: false })
    await lots.publish('ann', 'a1', { title: 'missed' })
    const later = await subscribe(1, 'ann', LOTS, { after: before.received.at(-1)?.cursor })
    await until(() => later.received.length === 2)
    await lots.publish('ann', 'a1', { title: 'live' })
    await until(() => later.received.length === 3)
    expect([...summariesOf(before), ...summariesOf(later)]).toEqual([
      'GAP undefined undefined',
      'SNAPSHOT a1 first',
      'CHANGE a1 second',
      'CHANGE a2 missed',
      'CHANGE a1 missed',
      'CHANGE a1 live',
    ])
    expect([...before.errors, ...later.errors]).toEqual([])
  })

  it('of one entity gets only that one, open or closed', async () => {
    await lots.publish('cat', 'c1', { title: 'over', open: false })
    await lots.publish('cat', 'c2', { title: 'not subscribed to' })
    const one = await subscribe(0, 'cat', LOTS, { id: 'c1' })
    await until(() => one.received.length === 2)
    await lots.publish('cat', 'c2', { title: 'not subscribed to' })
    await lots.publish('cat', 'c1', { title: 'changed' })
    await until(() => one.received.length === 3)
    expect(summariesOf(one).slice(1)).toEqual(['SNAPSHOT c1 over', 'CHANGE c1 changed'])
  })

  it('has fields of other subgraphs, fetched once for equal operations; their failures do not end it', async () => {
    const source = 'subscription { lotUpdated { kind cursor lot { title seller { name } } } }'
    await lots.publish('dan', 'd1', { title: 'first' })
    const [one, other] = [await subscribe(0, 'dan', source), await subscribe(0, 'dan', source)]
    await until(() => one.received.length === 2 && other.received.length === 2)
    const people = routers[0]?.subgraph('people')
    if (people) people.requests.length = 0
    await lots.publish('dan', 'd1', { title: 'second' })
    await until(() => one.received.length === 3 && other.received.length === 3)
    expect(one.received[2]).toMatchObject({ kind: 'CHANGE', lot: { title: 'second', seller: { name: 'Person p1' } } })
    expect(other.received[2]).toEqual(one.received[2])
    expect(people?.requests).toHaveLength(1)

    people?.behave({ status: 503, text: '' })
    await lots.publish('dan', 'd1', { title: 'third' })
    await until(() => one.received.length === 4)
    people?.behave('right')
    await lots.publish('dan', 'd1', { title: 'fourth' })
    await until(() => one.received.length === 5)
    expect(one.received.slice(3)).toMatchObject([
      { lot: { title: 'third', seller: { name: null } } },
      { lot: { title: 'fourth', seller: { name: 'Person p1' } } },
    ])
    expect(one.errors).toMatchObject([
      {
        path: ['lotUpdated', 'lot', 'seller', 'name'],
        extensions: { code: 'SUBGRAPH_UNAVAILABLE', service: 'people' },
      },
    ])
  })

  it('that selects neither kind nor cursor gets its GAP, too: an update without an entity', async () => {
    await lots.publish('fay', 'f1', { title: 'first' })
    const one = await subscribe(0, 'fay', 'subscription { lotUpdated { lot { title seller { name } } } }')
    await until(() => one.received.length === 2)
    expect(one.received).toEqual([{ lot: null }, { lot: { title: 'first', seller: { name: 'Person p1' } } }])
  })

  it('accepts only its own cursors: of this user, for these subjects', async () => {
    await lots.publish('eve', 'e1', { title: 'first' })
    const own = await subscribe(0, 'eve', LOTS)
    await until(() => own.received.length === 2)
    const after = own.received[0]?.cursor
    const refused = [
      await subscribe(0, 'mallory', LOTS, { after }),
      await subscribe(0, 'eve', LOTS, { after, id: 'e1' }),
      await subscribe(0, 'eve', LOTS, { after: `${after?.startsWith('A') ? 'B' : 'A'}${after?.slice(1)}` }),
      await subscribe(0, 'eve', LOTS, { after: '' }),
    ]
    await until(() => refused.every(({ errors }) => errors.length === 1))
    expect(refused.flatMap(({ errors }) => errors)).toEqual(
      refused.map(() => ({
        message: '`after` is no cursor of this subscription.',
        extensions: { code: 'BAD_CURSOR' },
      })),
    )
  })

  it.each([
    [
      'an anonymous user',
      null,
      LOTS,
      'UNAUTHENTICATED',
      'Subscription.lotUpdated needs a signed-in user. No token came with this connection: it belongs in connectionParams.authorization.',
    ],
    [
      'a field that is not live',
      'ann',
      'subscription { clock }',
      'SUBSCRIPTION_NOT_SUPPORTED',
      'Subscription.clock is not live.',
    ],
  ])('is refused: %s', async (_, user, source, code, message) => {
    const one = await subscribe(0, user, source)
    await until(() => one.errors.length === 1)
    expect(one.errors).toEqual([{ message, extensions: { code } }])
  })
})

describe('a router without NATS', () => {
  it('refuses subscriptions, and names the missing setting', async () => {
    const alone = await startTestRouter(auction, { JWT_ISSUERS: [{ issuer: issuer.issuer }] })
    routers.push(alone)
    const one = await subscribe(2, 'ann', LOTS)
    await until(() => one.errors.length === 1)
    expect(one.errors).toEqual([
      {
        message: 'This router has no live updates: its setting NATS_URL is missing.',
        extensions: { code: 'SUBSCRIPTION_NOT_SUPPORTED' },
      },
    ])
  })
})
