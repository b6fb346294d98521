import { ApolloLink, CombinedGraphQLErrors, Observable } from '@apollo/client'
import { print } from 'graphql'
import type { LiveClient } from './live-client.ts'

/**
 * Apollo Client's link for subscriptions; other operations go on to the next link. Place it before the HttpLink. Errors of
 * GraphQL arrive as CombinedGraphQLErrors.
 */
export const liveLink = (live: LiveClient): ApolloLink =>
  new ApolloLink((operation, forward) => {
    const { query, variables, operationName, operationType } = operation
    if (operationType !== 'subscription') return forward(operation)
    return new Observable<ApolloLink.Result>((observer) =>
      live.subscribe(
        { query: print(query), variables, operationName },
        {
          next: (result) => observer.next(result),
          error: (error) =>
            observer.error(error.errors.length ? new CombinedGraphQLErrors({ errors: error.errors }) : error),
          complete: () => observer.complete(),
        },
      ),
    )
  })
