import { createClient as createSseClient } from 'graphql-sse'
import { createClient as createWsClient, type Sink } from 'graphql-ws'
import { until } from '../../chassis/testing/until.ts'
import type { Stack } from '../testing/stack.ts'

/** A GraphQL result as a client gets it; its data have the shape that the operation asks for, which the test knows. */
export type Result<Data> = { data?: Data | null; errors?: readonly Problem[] }
type Problem = { message: string; path?: readonly (string | number)[]; extensions?: { code?: string } }

/** What a live update has, whatever else is asked for. */
export type Told = { kind: 'SNAPSHOT' | 'CHANGE' | 'GAP'; cursor: string }

/** One operation under way, and what has been heard of it; `ended` says how it was over, null before. */
export type Watching<Data> = {
  results: Result<Data>[]
  ended: 'completed' | readonly Problem[] | { code: number } | null
  stop(): Promise<void>
}

export type Operation = { query: string; variables?: Record<string, unknown>; token?: string }
export type Way = 'ws' | 'sse'

/** Runs an operation over a connection of its own by a client that does not come back by itself. */
export function run<Data>(way: Way, url: string, operation: Operation): Watching<Data> {
  const { query, variables, token } = operation
  const authorization = token && `Bearer ${token}`
  const client =
    way === 'ws'
      ? createWsClient({
          url: url.replace('http', 'ws'),
          connectionParams: authorization ? { authorization } : {},
          retryAttempts: 0,
        })
      : createSseClient({ url, headers: authorization ? { authorization } : {}, retryAttempts: 0 })
  const watching: Watching<Data> = { results: [], ended: null, stop: async () => client.dispose() }
  const sink: Sink<Result<Data>> = {
    next: (result) => watching.results.push(result),
    complete: () => (watching.ended ??= 'completed'),
    // A list of GraphQL errors or a CloseEvent, by graphql-ws; over SSE errors come as a result.
    error: (error) => (watching.ended ??= error as Problem[] | { code: number }),
  }
  // Both clients' results are GraphQL's; they differ in how they name the types.
  client.subscribe({ query, variables }, sink as Parameters<typeof client.subscribe>[1] & Sink)
  return watching
}

/** The updates of a subscription to one field, without what could not be told at all. */
export const updatesOf = <Update extends Told>({ results }: Watching<Record<string, Update | null>>): Update[] =>
  results.flatMap(({ data }) => Object.values(data ?? {}).filter((update) => update !== null))

/** How an operation was refused: the errors of what never had data, over either way. */
export async function refusalOf(watching: Watching<unknown>): Promise<string[]> {
  const errors = await until(() => {
    const { ended, results } = watching
    const refused = results.find(({ data, errors }) => errors && !data)?.errors
    return refused ?? (ended !== null && typeof ended === 'object' && 'map' in ended ? ended : undefined)
  })
  return (errors ?? []).map(({ extensions }) => extensions?.code ?? '')
}

/** The addresses of the routers that run, by their place. */
export async function routersOf(stack: Stack): Promise<string[]> {
  const processes = await stack.processes()
  return processes.filter(({ name }) => name === 'router').map(({ port }) => `http://127.0.0.1:${port}/graphql`)
}
