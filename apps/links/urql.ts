import { type Exchange, subscriptionExchange } from '@urql/core'
import type { LiveClient } from './live-client.ts'

/** urql's exchange for subscriptions. Errors arrive as the `graphQLErrors` of a CombinedError. */
export const liveExchange = (live: LiveClient): Exchange =>
  subscriptionExchange({
    forwardSubscription: ({ query = '', variables, operationName }) => ({
      subscribe: (sink) => ({
        unsubscribe: live.subscribe(
          { query, variables, operationName },
          { ...sink, error: (error) => sink.error(error.errors.length ? error.errors : error) },
        ),
      }),
    }),
  })
