import { ApolloServer, type ApolloServerOptions, HeaderMap } from '@apollo/server'
import {
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled'
import type { GraphQLSchema } from 'graphql'
import type { Logger } from '../chassis/log.ts'
import { formatError } from './errors.ts'
import type { Executor } from './execute.ts'
import type { Caller } from './fetch.ts'
import { shallowLists } from './shallow-lists.ts'
import type { Supergraph } from './supergraph.ts'

/** A request as HTTP brought it; `body` is parsed JSON, undefined where there is none. */
export type GraphQLRequest = { method: string; headers: Map<string, string>; search: string; body: unknown }
export type GraphQLAnswer = { status: number; headers: Map<string, string>; body: string }
export type GraphQLHandler = (request: GraphQLRequest, caller: Caller) => Promise<GraphQLAnswer>

/** @apollo/server in front of our executor: it parses, validates and keeps to the rules of GraphQL over HTTP. */
export async function createGraphQLHandler(
  supergraph: Supergraph,
  execute: Executor,
  log: Logger,
): Promise<{ handle: GraphQLHandler; stop: () => Promise<void> }> {
  const server = new ApolloServer<{ caller: Caller }>({
    gateway: gateway(supergraph, execute),
    introspection: true,
    validationRules: [shallowLists],
    csrfPrevention: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    formatError: formatError((error) => log.error({ err: error }, 'unexpected error')),
    plugins: [ApolloServerPluginLandingPageDisabled(), ApolloServerPluginUsageReportingDisabled()],
    logger: log,
  })
  await server.start()

  const handle: GraphQLHandler = async ({ headers, ...request }, caller) => {
    const httpGraphQLRequest = { ...request, headers: new HeaderMap(headers) }
    const answer = await server.executeHTTPGraphQLRequest({ httpGraphQLRequest, context: async () => ({ caller }) })
    // Chunks come of @defer and @stream only, which the schema does not have.
    if (answer.body.kind === 'chunked') throw new Error('An answer in chunks was not to be expected.')
    return { status: answer.status ?? 200, headers: answer.headers, body: answer.body.string }
  }
  return { handle, stop: () => server.stop() }
}

type Gateway = NonNullable<Extract<ApolloServerOptions<{ caller: Caller }>, { gateway: unknown }>['gateway']>

/** What @apollo/server calls a gateway: a schema to validate by, and a function that executes what is valid. */
function gateway({ sdl, clientSchema }: Supergraph, execute: Executor): Gateway {
  const listeners = new Set<(schema: { apiSchema: GraphQLSchema; coreSupergraphSdl: string }) => void>()
  return {
    onSchemaLoadOrUpdate(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async load() {
      for (const listener of listeners) listener({ apiSchema: clientSchema, coreSupergraphSdl: sdl })
      return {
        executor: ({ document, operationName, request, context }) =>
          execute({ document, operationName, variables: request.variables ?? {} }, context.caller),
      }
    },
    stop: async () => {},
  }
}
