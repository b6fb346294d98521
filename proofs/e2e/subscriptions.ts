import { createClient as createSseClient } from 'graphql-sse'
import { createClient as createWsClient, type Sink } from 'graphql-ws'
import { until } from '../../chassis/testing/until.ts'
import type { Stack } from '../testing/stack.ts'

/** A GraphQL result; `data` has the shape that the operation selects, which the caller states. */
export type Result<Data> = { data?: Data | null; errors?: readonly Problem[] }
type Problem = { message: string; path?: readonly (string | number)[]; extensions?: { code?: string } }

/** The fields that every live update has. */
export type LiveUpdateFields = { kind: 'SNAPSHOT' | 'CHANGE' | 'GAP'; cursor: string }

/** A running operation and its results so far; `ended` is how it ended, or null. */
export type RunningOperation<Data> = {
  results: Result<Data>[]
  ended: 'completed' | readonly Problem[] | { code: number } | null
  stop(): Promise<void>
}

export type Operation = { query: string; variables?: Record<string, unknown>; token?: string }
export type Transport = 'ws' | 'sse'

/** Runs an operation over a new connection, by a client that does not reconnect. */
export function run<Data>(transport: Transport, url: string, operation: Operation): RunningOperation<Data> {
  const { query, variables, token } = operation
  const authorization = token && `Bearer ${token}`
  const client =
    transport === 'ws'
      ? createWsClient({
          url: url.replace('http', 'ws'),
          connectionParams: authorization ? { authorization } : {},
          retryAttempts: 0,
        })
      : createSseClient({ url, headers: authorization ? { authorization } : {}, retryAttempts: 0 })
  const running: RunningOperation<Data> = { results: [], ended: null, stop: async () => client.dispose() }
  const sink: Sink<Result<Data>> = {
    next: (result) => running.results.push(result),
    complete: () => (running.ended ??= 'completed'),
    // A list of GraphQL errors or a CloseEvent, by graphql-ws; over SSE errors come as a result.
    error: (error) => (running.ended ??= error as Problem[] | { code: number }),
  }
  // Both clients have GraphQL results, under different types.
  client.subscribe({ query, variables }, sink as Parameters<typeof client.subscribe>[1] & Sink)
  return running
}

/** The updates of a subscription to one field, without those that are null. */
export const updatesOf = <Update extends LiveUpdateFields>({
  results,
}: RunningOperation<Record<string, Update | null>>): Update[] =>
  results.flatMap(({ data }) => Object.values(data ?? {}).filter((update) => update !== null))

/** The error codes of an operation that was refused, over either transport. */
export async function refusalOf(running: RunningOperation<unknown>): Promise<string[]> {
  const errors = await until(() => {
    const { ended, results } = running
    const refused = results.find(({ data, errors }) => errors && !data)?.errors
    return refused ?? (ended !== null && typeof ended === 'object' && 'map' in ended ? ended : undefined)
  })
  return (errors ?? []).map(({ extensions }) => extensions?.code ?? '')
}

/** The addresses of the running routers, in order. */
export async function routersOf(stack: Stack): Promise<string[]> {
  const processes = await stack.processes()
  return processes.filter(({ name }) => name === 'router').map(({ port }) => `http://127.0.0.1:${port}/graphql`)
}
