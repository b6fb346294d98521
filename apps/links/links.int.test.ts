import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { createClient } from 'graphql-ws'
import { connectNats, LIVE, type Nats } from '../../chassis/nats/connection.ts'
import { ensureStream } from '../../chassis/nats/keep-streams.ts'
import { type NatsServer, natsServer } from '../../chassis/testing/nats-server.ts'
import { until } from '../../chassis/testing/until.ts'
import { auction } from '../../router/testing/auction.ts'
import { startIssuer } from '../../router/testing/issuer.ts'
import { startLots } from '../../router/testing/lots.ts'
import { startTestRouter } from '../../router/testing/router.ts'
import type { Token } from './live-client.ts'
import { LINKED, type Seen, STOCK, type Start } from './testing/clients.ts'
import { startProxy } from './testing/proxy.ts'

const LOTS = 'subscription Lots ($after: LiveCursor) { lotUpdated(after: $after) { kind cursor lot { id title } } }'

let server: NatsServer
let nats: Nats
let issuer: Awaited<ReturnType<typeof startIssuer>>
let router: Awaited<ReturnType<typeof startTestRouter>>
let proxy: Awaited<ReturnType<typeof startProxy>>
let lots: ReturnType<typeof startLots>

const startRouter = (secret: string, port = 0) =>
  startTestRouter(auction, {
    PORT: port,
    NATS_URL: server.url,
    JWT_ISSUERS: [{ issuer: issuer.issuer }],
    CURSOR_SECRET: `the ${secret} secret of at least 32 characters`,
  })
const portOf = ({ url }: { url: string }) => Number(new URL(url).port)
/** Replaces the router by one on the same port. */
const restart = async (secret: string) => {
  const port = portOf(router)
  await router.close()
  router = await startRouter(secret, port)
}

beforeAll(async () => {
  server = await natsServer()
  issuer = await startIssuer()
  nats = await connectNats(server.url, 'source')
  await ensureStream(nats, LIVE)
  lots = startLots(nats)
  router = await startRouter('first')
  proxy = await startProxy(portOf(router))
})
afterAll(async () => {
  await proxy.close()
  await router.close()
  await nats.end()
  await issuer.close()
  await server.end()
})

let running: Seen[] = []
beforeEach(() => lots.forget())
afterEach(() => {
  for (const { stop } of running) stop()
  running = []
})

/** The app's token function; the tokens are valid for `seconds`. */
function tokens(user: string, seconds = 3_600) {
  const issued = { count: 0 }
  const token = () => {
    issued.count += 1
    return issuer.sign({ sub: user, exp: Math.floor(Date.now() / 1_000) + seconds })
  }
  return { token, issued }
}

type Update = { kind: string; lot: { id: string; title: string } | null }
const stepsOf = ({ results }: Seen) =>
  results.map(({ lotUpdated }) => {
    const { kind, lot } = lotUpdated as Update // as LOTS selects
    return lot ? `${kind} ${lot.id}:${lot.title}` : kind
  })
const url = () => `http://127.0.0.1:${proxy.port}/graphql`
/** Follows the user's lots with each of the clients. */
const followAll = (clients: [string, Start][], token: Token, query = LOTS) =>
  new Map(clients.map(([name, start]) => [name, started(start({ url: url(), token }, query))]))
const started = (seen: Seen) => {
  running.push(seen)
  return seen
}
/** Waits until each app has seen this many updates, and returns what they have seen. */
async function stepsAt(apps: Map<string, Seen>, count: number) {
  await until(() => {
    const waiting = [...apps].filter(([, app]) => stepsOf(app).length < count && app.problems.length === 0)
    if (waiting.length) throw new Error(JSON.stringify(waiting.map(([name, app]) => [name, ...stepsOf(app)])))
    return true
  })
  return Object.fromEntries([...apps].map(([name, app]) => [name, [...stepsOf(app), ...app.problems]]))
}
const allOf = (apps: Map<string, Seen>, steps: string[]) =>
  Object.fromEntries([...apps.keys()].map((name) => [name, steps]))

describe('the links', () => {
  it('lose nothing and repeat nothing over cuts, expired tokens and restarts, and no app sees one', async () => {
    await lots.publish('ann', 'a')
    const { token, issued } = tokens('ann', 3)
    const apps = followAll(LINKED, token)
    await stepsAt(apps, 2)
    await lots.publish('ann', 'a')
    await stepsAt(apps, 3)

    proxy.cut()
    await lots.publish('ann', 'a')
    await lots.publish('ann', 'b')
    proxy.mend()
    await stepsAt(apps, 5)

    const before = issued.count
    await until(() => issued.count >= before + LINKED.length) // when the tokens have expired
    await lots.publish('ann', 'b', { open: false })
    await stepsAt(apps, 6)

    const restarting = restart('first')
    await lots.publish('ann', 'a')
    await restarting
    const steps = ['GAP', 'SNAPSHOT a:1', 'CHANGE a:2', 'CHANGE a:3', 'CHANGE b:1', 'CHANGE b:2', 'CHANGE a:4']
    expect(await stepsAt(apps, 7)).toEqual(allOf(apps, steps))

    await restart('second') // The cursors are not valid there.
    expect(await stepsAt(apps, 9)).toEqual(allOf(apps, [...steps, 'GAP', 'SNAPSHOT a:4']))
  })

  it('give up where they are refused, with the reason', async () => {
    const { token, issued } = tokens('ann')
    const apps = followAll(LINKED, token, 'subscription Clock { clock }')
    await stepsAt(apps, 1)
    for (const { results, problems } of apps.values()) {
      expect(JSON.stringify(problems)).toContain('SUBSCRIPTION_NOT_SUPPORTED')
      expect([results, problems.length]).toEqual([[], 1])
    }
    expect(issued.count).toBe(LINKED.length)
  })

  it('say that nobody is signed in', async () => {
    const apps = followAll(LINKED.slice(0, 4), async () => null)
    await stepsAt(apps, 1)
    for (const { problems } of apps.values()) {
      expect(JSON.stringify(problems)).toContain('UNAUTHENTICATED')
      expect(JSON.stringify(problems)).toContain('No token came with this connection')
    }
  })
})

describe('stock clients', () => {
  it('come back after expired tokens and cuts, and can drop what has closed', async () => {
    await lots.publish('bob', 'a')
    await lots.publish('bob', 'b')
    const { token, issued } = tokens('bob', 3)
    const apps = followAll(STOCK, token)
    await stepsAt(apps, 3)
    const before = issued.count
    await until(() => issued.count >= before + STOCK.length) // when the tokens have expired
    const present = ['GAP', 'SNAPSHOT a:1', 'SNAPSHOT b:1']
    expect(await stepsAt(apps, 6)).toEqual(allOf(apps, [...present, ...present]))

    proxy.cut()
    await lots.publish('bob', 'b', { open: false })
    proxy.mend()
    const steps = Object.entries(await stepsAt(apps, 8)).map(([name, steps]) => [name, steps.slice(6, 8)])
    expect(Object.fromEntries(steps)).toEqual(allOf(apps, ['GAP', 'SNAPSHOT a:1']))
  })

  it('of graphql-ws comes back after an expired token with its own defaults', async () => {
    await lots.publish('defaults', 'a')
    const { token } = tokens('defaults', 2)
    const results: unknown[] = []
    const ended: unknown[] = []
    const client = createClient({
      url: url().replace('http', 'ws'),
      connectionParams: async () => ({ authorization: `Bearer ${await token()}` }),
    })
    running.push({ results: [], problems: [], stop: () => client.dispose() })
    const end = (error?: unknown) => ended.push(error)
    client.subscribe({ query: LOTS }, { next: (result) => results.push(result), error: end, complete: end })
    await until(() => ended.length || results.length >= 4)
    expect(ended).toEqual([])
  })
})
