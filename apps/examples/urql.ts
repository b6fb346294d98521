import { Client, fetchExchange } from '@urql/core'
import { authExchange } from '@urql/exchange-auth'
import { cacheExchange } from '@urql/exchange-graphcache'
import { relayPagination } from '@urql/exchange-graphcache/extras'
import { createLiveClient, type Token } from '../links/live-client.ts'
import { shown } from '../links/shown.ts'
import { liveExchange } from '../links/urql.ts'
import { type Entry, MY_PAGE, type MyPage, WATCH, type Watch } from './documents.ts'

/** `url` is http://localhost:4000/graphql in development. */
export function createUrqlClient(url: string, token: Token): Client {
  const live = createLiveClient({ url: url.replace(/^http/, 'ws'), token })
  const cache = cacheExchange({
    keys: { MyPageUpdate: () => null }, // It has no id.
    resolvers: { Query: { myPage: relayPagination() }, Store: { items: relayPagination() } },
    updates: {
      Subscription: {
        // What the cache has of orders that have closed may be out of date.
        myPageUpdated: ({ myPageUpdated }, _, cache) => {
          if ((myPageUpdated as Watch['myPageUpdated']).kind !== 'GAP') return
          for (const { fieldName, arguments: args } of cache.inspectFields('Query'))
            if (fieldName === 'myPage') cache.invalidate('Query', fieldName, args)
        },
      },
    },
  })
  const auth = authExchange(async ({ appendHeaders }) => {
    let current = await token(false)
    return {
      addAuthToOperation: (operation) =>
        current ? appendHeaders(operation, { authorization: `Bearer ${current}` }) : operation,
      didAuthError: ({ graphQLErrors }) =>
        graphQLErrors.some(({ extensions }) => extensions.code === 'UNAUTHENTICATED'),
      // A refused token is replaced, and the request sent again, once.
      refreshAuth: async () => {
        current = await token(true)
      },
    }
  })
  return new Client({ url, exchanges: [cache, liveExchange(live), auth, fetchExchange] })
}

/** The customer's orders after a cursor. The cache returns them together with the pages before. */
export const myPage = (client: Client, first = 20, after?: string | null) =>
  client.query<MyPage>(MY_PAGE, { first, after })

/** Shows the open orders whenever one of them has changed. Returns how to stop. */
export function watchOrders(
  client: Client,
  show: (orders: Entry[]) => void,
  failed: (error: unknown) => void,
): () => void {
  let orders: ReadonlyMap<string, Entry> = new Map()
  const { unsubscribe } = client.subscription<Watch>(WATCH, {}).subscribe(({ data, error }) => {
    if (!data) return failed(error)
    const { kind, entry } = data.myPageUpdated
    orders = shown(orders, { kind, entity: entry })
    show([...orders.values()])
  })
  return unsubscribe
}
