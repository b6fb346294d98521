import { ApolloClient, ApolloLink, CombinedGraphQLErrors, gql, HttpLink, InMemoryCache } from '@apollo/client'
import { SetContextLink } from '@apollo/client/link/context'
import { ErrorLink } from '@apollo/client/link/error'
import { relayStylePagination } from '@apollo/client/utilities'
import { liveLink } from '../links/apollo.ts'
import { createLiveClient, type Token } from '../links/live-client.ts'
import { shown } from '../links/shown.ts'
import { type Entry, MY_PAGE, type MyPage, WATCH, type Watch } from './documents.ts'

/** `url` is http://localhost:4000/graphql in development. */
export function createApolloClient(url: string, token: Token): ApolloClient {
  const live = createLiveClient({ url: url.replace(/^http/, 'ws'), token })
  const auth = new SetContextLink(async ({ headers, isRefused = false }) => {
    const current = await token(isRefused)
    return { headers: current ? { ...headers, authorization: `Bearer ${current}` } : headers }
  })
  // A refused token is replaced, and the request sent again, once.
  const again = new ErrorLink(({ error, operation, forward }) => {
    if (!isUnauthenticated(error) || operation.getContext().isRefused) return undefined
    operation.setContext({ isRefused: true })
    return forward(operation)
  })
  return new ApolloClient({
    link: ApolloLink.from([liveLink(live), again, auth, new HttpLink({ uri: url })]),
    cache: new InMemoryCache({
      typePolicies: {
        Query: { fields: { myPage: relayStylePagination() } },
        Store: { fields: { items: relayStylePagination() } },
      },
    }),
  })
}

const isUnauthenticated = (error: unknown) =>
  CombinedGraphQLErrors.is(error) && error.errors.some(({ extensions }) => extensions?.code === 'UNAUTHENTICATED')

/** The customer's orders. `fetchMore` adds the next page. */
export const myPage = (client: ApolloClient, first = 20) =>
  client.watchQuery<MyPage>({ query: gql(MY_PAGE), variables: { first } })

/** Shows the open orders whenever one of them has changed. Returns how to stop. */
export function watchOrders(
  client: ApolloClient,
  show: (orders: Entry[]) => void,
  failed: (error: unknown) => void,
): () => void {
  let orders: ReadonlyMap<string, Entry> = new Map()
  const subscription = client.subscribe<Watch>({ query: gql(WATCH) }).subscribe({
    next: ({ data, error }) => {
      if (!data) return failed(error)
      const { kind, entry } = data.myPageUpdated
      orders = shown(orders, { kind, entity: entry })
      show([...orders.values()])
      // What the cache has of orders that have closed may be out of date.
      if (kind === 'GAP') void client.refetchQueries({ include: 'active' })
    },
    error: failed,
  })
  return () => subscription.unsubscribe()
}
