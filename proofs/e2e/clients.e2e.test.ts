import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Observable } from 'relay-runtime'
import * as apollo from '../../apps/examples/apollo.ts'
import { type Entry, MY_PAGE, WATCH, type Watch } from '../../apps/examples/documents.ts'
import { createRelayEnvironment } from '../../apps/examples/relay.ts'
import * as urql from '../../apps/examples/urql.ts'
import type { Token } from '../../apps/links/live-client.ts'
import { shown } from '../../apps/links/shown.ts'
import { startProxy } from '../../apps/links/testing/proxy.ts'
import { keepToken } from '../../apps/links/token.ts'
import { until } from '../../chassis/testing/until.ts'
import { type Stack, startStack } from '../testing/stack.ts'
import { idOf } from './ids.ts'
import { type MenuItem, type People, people } from './people.ts'

/** Where a page under development is served. */
const PAGE_ORIGIN = 'http://localhost:5173'

let stack: Stack
let app: People
let item: MenuItem
let proxy: Awaited<ReturnType<typeof startProxy>>
let url: string
/** The ids of Lee's entries. */
let placed: string[]
const stops: (() => void)[] = []

beforeAll(async () => {
  stack = await startStack({ env: { CORS_ORIGINS: PAGE_ORIGIN } })
  app = await people(stack)
  item = await app.itemCalled('안개꽃한다발')
  placed = [await place(1), await place(2)]
  proxy = await startProxy(Number(new URL(stack.url).port))
  url = `http://127.0.0.1:${proxy.port}/graphql`
})
afterAll(async () => {
  for (const stop of stops) stop()
  await proxy?.close()
  await stack?.stop()
})

/** Lee orders; returns the order's entry. */
const place = async (quantity: number) => idOf('MyPageEntry', (await app.place('lee', item, quantity)).order.id)

/** Lee's tokens; the first one is refused, as after a change of keys. */
const tokens = (): Token => {
  let fetches = 0
  return keepToken(async () => {
    fetches += 1
    if (fetches === 1) return { token: 'not-a-token', expiresIn: 3_600 }
    return { token: app.tokenOf('lee') ?? '', expiresIn: 3_600 }
  })
}
/** The ids of what a live list shows last, and its errors. */
const screen = () => {
  const state = { orders: [] as Entry[], problems: [] as unknown[] }
  return {
    state,
    show: (orders: Entry[]) => {
      state.orders = orders
    },
    failed: (error: unknown) => state.problems.push(error),
  }
}

/** Relay's own store needs compiled documents; here its network is used as Relay does. */
function relayOperations(token: Token) {
  const environment = createRelayEnvironment(url, token)
  const execute = (operationKind: string, name: string, text: string, variables: object) => {
    const request = { id: null, cacheID: name, metadata: {}, operationKind, name, text }
    return environment.getNetwork().execute(request as never, { ...variables }, {}) as Observable<{ data: unknown }>
  }
  return {
    query: (first: number) => execute('query', 'MyPage', MY_PAGE, { first }).toPromise(),
    watch: (show: (orders: Entry[]) => void, failed: (error: unknown) => void) => {
      let orders: ReadonlyMap<string, Entry> = new Map()
      const { unsubscribe } = execute('subscription', 'Watch', WATCH, {}).subscribe({
        next: ({ data }) => {
          const { kind, entry } = (data as Watch).myPageUpdated
          orders = shown(orders, { kind, entity: entry })
          show([...orders.values()])
        },
        error: failed,
      })
      return unsubscribe
    },
  }
}

/** Runs the page's script as written in a process with what it needs of a browser; it prints the list whenever it changes. */
function openPage(): { child: ChildProcess; output: () => string } {
  const page = readFileSync(resolve(import.meta.dirname, '../../apps/examples/page.html'), 'utf8')
  const [, script = ''] = /<script type="module">([\s\S]*?)<\/script>/.exec(page) ?? []
  const browser = `
    const list = { replaceChildren: (...lines) => console.log(JSON.stringify(lines.map((line) => line.textContent))) }
    globalThis.document = { createElement: () => ({}), getElementById: () => list }
    Object.defineProperty(globalThis, 'localStorage', { value: { getItem: () => process.env.TOKEN } })`
  const [imports = '', ...rest] = script.trim().split('\n\n')
  const here = rest.join('\n\n').replace('ws://localhost:4000/graphql', url.replace('http', 'ws'))
  const child = spawn(process.execPath, ['--input-type=module', '-e', [imports, browser, here].join('\n')], {
    cwd: resolve(import.meta.dirname, '../..'),
    env: { TOKEN: app.tokenOf('lee') },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text))
  stops.push(() => child.kill())
  return { child, output: () => output }
}

describe('the set-up of docs/clients.md', () => {
  it('for Apollo Client fetches a token anew, and merges pages', async () => {
    const client = apollo.createApolloClient(url, tokens())
    stops.push(() => client.stop())
    const page = apollo.myPage(client, 1)
    const results: string[][] = []
    const subscription = page.subscribe(({ data }) => {
      const edges = data?.myPage?.edges ?? []
      results.push(edges.flatMap((edge) => edge?.node?.id ?? []))
    })
    stops.push(() => subscription.unsubscribe())
    await until(() => results.at(-1)?.length === 1)
    const after = page.getCurrentResult().data?.myPage?.pageInfo?.endCursor
    await page.fetchMore({ variables: { after } })
    await until(() => results.at(-1)?.length === 2)
    expect(results.at(-1)).toEqual(placed.toReversed())
  })

  it('for urql fetches a token anew, and merges pages', async () => {
    const client = urql.createUrqlClient(url, tokens())
    const first = await urql.myPage(client, 1)
    expect(first.error).toBeUndefined()
    await urql.myPage(client, 1, first.data?.myPage?.pageInfo.endCursor)
    const both = await urql.myPage(client, 1)
    expect(both.data?.myPage?.edges.map(({ node }) => node.id)).toEqual(placed.toReversed())
  })

  it('for Relay fetches a token anew', async () => {
    const { query } = relayOperations(tokens())
    expect(await query(1)).toMatchObject({ data: { myPage: { edges: [{ node: { id: placed[1] } }] } } })
  })

  it('shows the same live list in each, over a cut, and drops nothing', async () => {
    const [one, two, three] = [screen(), screen(), screen()]
    stops.push(
      apollo.watchOrders(apollo.createApolloClient(url, tokens()), one.show, one.failed),
      urql.watchOrders(urql.createUrqlClient(url, tokens()), two.show, two.failed),
      relayOperations(tokens()).watch(three.show, three.failed),
    )
    const page = openPage()
    const pageLines = () => JSON.parse(page.output().trim().split('\n').at(-1) ?? '[]') as string[]
    const screens = [one, two, three]
    const showing = (count: number) => () =>
      screens.every(({ state }) => state.orders.length === count) && pageLines().length === count
    await until(showing(2))
    proxy.cut()
    const { order } = await app.place('lee', item, 3)
    await app.stepWhenReady('bundang', 'receive', order.id)
    proxy.mend()
    const hasReceived = ({ state }: (typeof screens)[number]) =>
      state.orders.some(({ id, orderStatus }) => id === idOf('MyPageEntry', order.id) && orderStatus === 'RECEIVED')
    await until(() => screens.every(hasReceived) && pageLines().some((line) => line.endsWith('3: RECEIVED')))
    await until(showing(3))
    expect(screens.map(({ state }) => state.problems)).toEqual([[], [], []])
    page.child.kill()
    await once(page.child, 'exit')
  })
})

describe('HTTP', () => {
  it('answers urql as it is, whose queries are sent by GET', async () => {
    const { Client, fetchExchange } = await import('@urql/core')
    const client = new Client({ url, exchanges: [fetchExchange] })
    const { data, error } = await client.query('{ items(first: 1) { nodes { id } } }', {})
    expect([error, data.items.nodes]).toEqual([undefined, [{ id: expect.any(String) }]])
  })

  it('answers Apollo Client with an error of GraphQL where the token is refused', async () => {
    const { ApolloClient, CombinedGraphQLErrors, gql, HttpLink, InMemoryCache } = await import('@apollo/client')
    const link = new HttpLink({ uri: url, headers: { authorization: 'Bearer not-a-token' } })
    const client = new ApolloClient({ link, cache: new InMemoryCache() })
    const failed = await client.query({ query: gql('{ me { id } }') }).catch((error: unknown) => error)
    expect(CombinedGraphQLErrors.is(failed) && failed.errors).toMatchObject([
      { extensions: { code: 'UNAUTHENTICATED' } },
    ])
  })

  it('lets a page at another port of localhost ask, also after a preflight', async () => {
    const preflight = await fetch(url, {
      method: 'OPTIONS',
      headers: {
        origin: PAGE_ORIGIN,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization',
      },
    })
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, PAGE_ORIGIN])
  })
})
