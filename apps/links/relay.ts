import { type GraphQLResponse, Observable, type SubscribeFunction } from 'relay-runtime'
import type { LiveClient } from './live-client.ts'

/** The second argument of Relay's `Network.create`. Errors arrive as LiveErrors. */
export const liveSubscribe =
  (live: LiveClient): SubscribeFunction =>
  ({ text, name }, variables) =>
    Observable.create<GraphQLResponse>(({ next, error, complete }) =>
      live.subscribe(
        { query: text ?? '', variables, operationName: name },
        { next: (result) => next(result as GraphQLResponse), error, complete },
      ),
    )
