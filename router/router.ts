import { listen } from '../chassis/http.ts'
import type { Logger } from '../chassis/log.ts'
import { createGraphQLHandler } from './apollo.ts'
import { createAuthenticator } from './auth.ts'
import type { RouterConfig } from './config.ts'
import { createDocuments } from './documents.ts'
import { createExecutor } from './execute.ts'
import { createFetcher } from './fetch.ts'
import { graphiqlRoutes } from './graphiql/routes.ts'
import { cursors } from './live/cursor.ts'
import { openFeed } from './live/feed.ts'
import { createSubscribe } from './live/subscribe.ts'
import { createTransports, liveLimits } from './live/transports.ts'
import { createPlanner } from './plan.ts'
import { graphqlRoute } from './server.ts'
import { createSubgraphClient } from './subgraphs.ts'
import { loadSupergraph } from './supergraph.ts'

/** Puts a router together and listens; `close` answers what is under way first. Throws UnusableSupergraph. */
export async function startRouter(sdl: string, config: Omit<RouterConfig, 'SUPERGRAPH'>, log: Logger) {
  const supergraph = loadSupergraph(sdl, config.SUBGRAPH_URLS)
  const client = createSubgraphClient({ timeoutMs: config.SUBGRAPH_TIMEOUT_MS })
  const fetch = createFetcher({ supergraph, send: client.send, secret: config.CONTEXT_SECRET, log })
  const planner = createPlanner(supergraph)
  const execute = createExecutor({ supergraph, planner, fetch, log })
  const graphql = await createGraphQLHandler(supergraph, execute, log)
  const authenticate = createAuthenticator(config.JWT_ISSUERS, config.JWT_AUDIENCE, log)

  const documents = createDocuments(supergraph.clientSchema)
  const feed = config.NATS_URL ? openFeed(config.NATS_URL, log) : null
  const { subscribe } = createSubscribe({
    ...{ supergraph, planner, execute, fetch, log },
    live: feed && { following: feed.following, cursors: cursors(config.CONTEXT_SECRET, log) },
  })
  const live = createTransports({ authenticate, documents, execute, subscribe, limits: liveLimits(config), log })
  const route = graphqlRoute({ authenticate, handle: graphql.handle, streams: live.streams, log })

  // Ready as soon as it listens: subgraphs and issuers may be down, then their own fields and tokens are.
  const { port, close } = await listen({
    host: config.HOST,
    port: config.PORT,
    needs: [],
    routes: config.GRAPHIQL === 'on' ? graphiqlRoutes('/graphql', route, config.GRAPHIQL_QUERY) : { '/graphql': route },
    upgrades: { '/graphql': live.upgrade },
  })
  const stop = async () => {
    await Promise.all([close(), live.close()])
    await feed?.close()
    await graphql.stop()
    await client.close()
  }
  return { port, subgraphs: supergraph.subgraphs, close: stop }
}
