import { ApolloClient, type ApolloLink, CombinedGraphQLErrors, gql, InMemoryCache } from '@apollo/client'
import { GraphQLWsLink } from '@apollo/client/link/subscriptions'
import { subscriptionExchange, Client as UrqlClient } from '@urql/core'
import { createClient as createSseClient } from 'graphql-sse'
import { createClient as createWsClient, type Client as WsClient } from 'graphql-ws'
import { Environment, Network, Observable, RecordSource, Store, type SubscribeFunction } from 'relay-runtime'
import { liveLink } from '../apollo.ts'
import { createLiveClient, type LiveClient } from '../live-client.ts'
import { liveSubscribe } from '../relay.ts'
import { resuming, type Transport } from '../resume.ts'
import { liveExchange } from '../urql.ts'

/** What an app sees of a subscription. */
export type Seen = { results: Record<string, unknown>[]; problems: unknown[]; stop(): void }
type Options = { url: string; token(isRefused?: boolean): Promise<string | null> }
/** Starts an operation with a client library, as an app does. */
export type Start = (options: Options, query: string) => Seen

const wsUrl = (url: string) => url.replace('http', 'ws')
const seen = (start: (on: { next(data: unknown): void; problem(error: unknown): void }) => () => void): Seen => {
  const results: Record<string, unknown>[] = []
  const problems: unknown[] = []
  const stop = start({
    next: (data) => results.push(data as Record<string, unknown>), // as the operation selects
    problem: (error) => problems.push(error),
  })
  return { results, problems, stop }
}

const withApollo = (link: ApolloLink, query: string) =>
  seen(({ next, problem }) => {
    const client = new ApolloClient({ link, cache: new InMemoryCache() })
    const subscription = client.subscribe({ query: gql(query) }).subscribe({
      next: ({ data, error }) => {
        if (data) next(data)
        if (error) problem(CombinedGraphQLErrors.is(error) ? error.errors : error)
      },
      error: problem,
    })
    return () => {
      subscription.unsubscribe()
      client.stop()
    }
  })
const withUrql = (exchange: ReturnType<typeof subscriptionExchange>, url: string, query: string) =>
  seen(({ next, problem }) => {
    const client = new UrqlClient({ url, exchanges: [exchange] })
    const { unsubscribe } = client.subscription(query, {}).subscribe(({ data, error }) => {
      if (data) next(data)
      if (error) problem(error.graphQLErrors.length ? error.graphQLErrors : error)
    })
    return unsubscribe
  })
const withRelay = (subscribe: SubscribeFunction, query: string) =>
  seen(({ next, problem }) => {
    const fetchFn = () => Observable.create<never>(() => {})
    const network = Network.create(fetchFn, subscribe)
    const environment = new Environment({ network, store: new Store(new RecordSource()) })
    const request = {
      ...{ id: null, cacheID: 'c', metadata: {}, name: /\w+ (\w+)/.exec(query)?.[1] ?? '' },
      operationKind: 'subscription',
      text: query,
    }
    const { unsubscribe } = environment
      .getNetwork()
      .execute(request as Parameters<SubscribeFunction>[0], {}, {})
      .subscribe({ next: (response) => next((response as { data: unknown }).data), error: problem })
    return unsubscribe
  })

const linked =
  (start: (live: LiveClient, options: Options, query: string) => Seen): Start =>
  (options, query) => {
    const live = createLiveClient({ ...options, url: wsUrl(options.url), token: options.token })
    const running = start(live, options, query)
    return {
      ...running,
      stop: () => {
        running.stop()
        live.dispose()
      },
    }
  }

/** Clients whose subscriptions go on after cuts: the links. */
export const LINKED: [string, Start][] = [
  ['Apollo Client', linked((live, _, query) => withApollo(liveLink(live), query))],
  ['urql', linked((live, { url }, query) => withUrql(liveExchange(live), url, query))],
  ['Relay', linked((live, _, query) => withRelay(liveSubscribe(live), query))],
  ['graphql-ws', linked((live, _, query) => plainly(live.subscribe, query))],
  [
    'graphql-sse',
    ({ url, token }, query) => {
      const headers = async () => ({ authorization: `Bearer ${await token()}` })
      return plainly(resuming(createSseClient({ url, headers, retryAttempts: 0 }) as Transport), query)
    },
  ],
]
const plainly = (subscribe: LiveClient['subscribe'], query: string) =>
  seen(({ next, problem }) =>
    subscribe({ query }, { next: ({ data }) => next(data), error: problem, complete: () => problem('completed') }),
  )

/** Options of the clients' own retries, which do not take seconds. */
const RETRY = { retryAttempts: 1_000, retryWait: () => new Promise<void>((resolve) => setImmediate(resolve)) }

/** By default graphql-ws retries after closes, but not after errors of the network. */
const stockWs = ({ url, token }: Options): WsClient =>
  createWsClient({
    url: wsUrl(url),
    connectionParams: async () => ({ authorization: `Bearer ${await token()}` }),
    shouldRetry: () => true,
    ...RETRY,
  })

/** The libraries as their own pages say, which retry with the first variables. */
export const STOCK: [string, Start][] = [
  ['Apollo Client', (options, query) => withApollo(new GraphQLWsLink(stockWs(options)), query)],
  [
    'urql',
    (options, query) => {
      const ws = stockWs(options)
      const exchange = subscriptionExchange({
        forwardSubscription: ({ query = '', variables }) => ({
          subscribe: (sink) => ({ unsubscribe: ws.subscribe({ query, variables }, sink) }),
        }),
      })
      return withUrql(exchange, options.url, query)
    },
  ],
  [
    'Relay',
    (options, query) => {
      const ws = stockWs(options)
      const subscribe: SubscribeFunction = ({ text }, variables) =>
        Observable.create((sink) => ws.subscribe({ query: text ?? '', variables }, sink as never))
      return withRelay(subscribe, query)
    },
  ],
  ['graphql-ws', (options, query) => plainly(stockWs(options).subscribe as LiveClient['subscribe'], query)],
  [
    'graphql-sse',
    ({ url, token }, query) => {
      const headers = async () => ({ authorization: `Bearer ${await token()}` })
      const { retryAttempts, retryWait } = RETRY
      const client = createSseClient({ url, headers, retryAttempts, retry: retryWait })
      return plainly(client.subscribe as LiveClient['subscribe'], query)
    },
  ],
]
