import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { type Client, createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { liveSubject } from '../../chassis/live.ts'
import { connectNats, LIVE, type Nats } from '../../chassis/nats/connection.ts'
import { ensureStream } from '../../chassis/nats/keep-streams.ts'
import { type NatsServer, natsServer } from '../../chassis/testing/nats-server.ts'
import { until } from '../../chassis/testing/until.ts'
import { auction } from '../testing/auction.ts'
import { startIssuer } from '../testing/issuer.ts'
import { startTestRouter } from '../testing/router.ts'

type Router = Awaited<ReturnType<typeof startTestRouter>>

let server: NatsServer
let nats: Nats
let issuer: Awaited<ReturnType<typeof startIssuer>>
let routers: Router[]
let clients: Client[]
/** The feed's source: the newest state of each lot. */
let sourceStates: Map<string, object>

beforeAll(async () => {
  server = await natsServer()
  issuer = await startIssuer()
  nats = await connectNats(server.url, 'source')
  await ensureStream(nats, LIVE)
  nats.connection.subscribe('snapshot.lots', {
    callback: (_, message) => {
      const { pattern }: { pattern: string } = message.json()
      const states = [...sourceStates].filter(([subject]) => subject.startsWith(pattern.replace('*', '')))
      message.respond(JSON.stringify({ states: states.map(([subject, state]) => ({ subject, ...state })), next: null }))
    },
  })
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
  sourceStates = new Map()
  clients = []
})
afterEach(async () => {
  await Promise.all(clients.map((client) => client.dispose()))
})

/** Publishes a state, as a source does after a commit. */
const publishState = async (user: string, lotId: string, revision: number, title: string, open = true) => {
  const subject = liveSubject('lots', user, lotId)
  const state = { revision, open, state: { lot: { id: lotId, title, seller: { id: 'p1' } } } }
  await nats.jetstream.publish(subject, JSON.stringify(state))
  sourceStates.set(subject, state)
}

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
    await publishState('ann', 'a1', 1, 'first')
    await publishState('ann', 'a2', 1, 'other', false)
    await publishState('bob', 'b1', 1, 'of another user')
    const before = await subscribe(0, 'ann', LOTS)
    await until(() => before.received.length === 2)
    await publishState('ann', 'a1', 2, 'second')
    await publishState('bob', 'b1', 2, 'of another user')
    await until(() => before.received.length === 3)
    before.stop()

    await publishState('ann', 'a2', 2, 'missed', false)
    await publishState('ann', 'a1', 3, 'missed')
    const later = await subscribe(1, 'ann', LOTS, { after: before.received.at(-1)?.cursor })
    await until(() => later.received.length === 2)
    await publishState('ann', 'a1', 4, 'live')
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
    await publishState('cat', 'c1', 1, 'over', false)
    await publishState('cat', 'c2', 1, 'not subscribed to')
    const one = await subscribe(0, 'cat', LOTS, { id: 'c1' })
    await until(() => one.received.length === 2)
    await publishState('cat', 'c2', 2, 'not subscribed to')
    await publishState('cat', 'c1', 2, 'changed')
    await until(() => one.received.length === 3)
    expect(summariesOf(one).slice(1)).toEqual(['SNAPSHOT c1 over', 'CHANGE c1 changed'])
  })

  it('has fields of other subgraphs, fetched once for equal operations; their failures do not end it', async () => {
    const source = 'subscription { lotUpdated { kind cursor lot { title seller { name } } } }'
    await publishState('dan', 'd1', 1, 'first')
    const [one, other] = [await subscribe(0, 'dan', source), await subscribe(0, 'dan', source)]
    await until(() => one.received.length === 2 && other.received.length === 2)
    const people = routers[0]?.subgraph('people')
    if (people) people.requests.length = 0
    await publishState('dan', 'd1', 2, 'second')
    await until(() => one.received.length === 3 && other.received.length === 3)
    expect(one.received[2]).toMatchObject({ kind: 'CHANGE', lot: { title: 'second', seller: { name: 'Person p1' } } })
    expect(other.received[2]).toEqual(one.received[2])
    expect(people?.requests).toHaveLength(1)

    people?.behave({ status: 503, text: '' })
    await publishState('dan', 'd1', 3, 'third')
    await until(() => one.received.length === 4)
    people?.behave('right')
    await publishState('dan', 'd1', 4, 'fourth')
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

  it('accepts only its own cursors: of this user, for these subjects', async () => {
    await publishState('eve', 'e1', 1, 'first')
    const own = await subscribe(0, 'eve', LOTS)
    await until(() => own.received.length === 2)
    const after = own.received[0]?.cursor
    const refused = [
      await subscribe(0, 'mallory', LOTS, { after }),
      await subscribe(0, 'eve', LOTS, { after, id: 'e1' }),
      await subscribe(0, 'eve', LOTS, { after: `A${after?.slice(1)}` }),
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
