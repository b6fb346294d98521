import { type Audit, NO_AUDIT } from '../chassis/audit/audit.ts'
import { createAddressOf, createIsSecure } from '../chassis/client-address.ts'
import { listen } from '../chassis/http.ts'
import type { Logger } from '../chassis/log.ts'
import { auditAuthenticator, auditRateLimit } from './audit.ts'
import type { RouterConfig } from './config.ts'
import { createEngine } from './engine.ts'
import { formatError as formatErrorWith } from './errors.ts'
import { graphiqlRoutes, rootRoute } from './graphiql/routes.ts'
import { createBodyMemory } from './http/body-memory.ts'
import { withCors } from './http/cors.ts'
import { createPassOn } from './http/pass-on.ts'
import { createPersisted } from './http/persisted.ts'
import { graphqlRoute } from './http/route.ts'
import { createUnreadAnswers } from './http/unread-answers.ts'
import { createAuthenticator } from './identity/authenticate.ts'
import { followRevocations } from './identity/revocations.ts'
import { type Admission, createAdmission } from './limits/load.ts'
import { createBackgroundQueue, createBudget, createWorkQueue } from './limits/work-queue.ts'
import { createTransports, liveLimits } from './live/clients/transports.ts'
import { openDelivery } from './live/delivery/context.ts'
import { createCursors } from './live/delivery/cursor.ts'
import type { RunningSubscriptions } from './live/subscribe.ts'
import type { Metrics, Transport } from './metrics.ts'
import { createQueryDeduplication } from './request/query-deduplication.ts'
import { createSubgraphClient } from './upstream/subgraph-client.ts'

/** After LIVE_DRAIN_MS, live clients get this time to close their connections. */
const FAREWELL_MS = 3_000

/** Answers over HTTP that all clients together may leave unread. */
const MAX_UNREAD_BYTES = 64 * 1024 * 1024

/**
 * Starts a router. `close` drains (chassis/draining.ts) and sends live clients away. `reload` replaces the supergraph (false: it is the same);
 * requests under way are finished on the old one, and subscriptions move to the new one. Both throw UnusableSupergraph;
 * `reload` then keeps the old one. `open` connects to LIVE at NATS_URL; tests can pass their own. `audit` is the caller's to
 * close.
 */
export async function startRouter(
  sdl: string,
  config: Omit<RouterConfig, 'SUPERGRAPH'>,
  log: Logger,
  open: typeof openDelivery = openDelivery,
  audit: Audit = NO_AUDIT,
) {
  // Without the setting, what it imports would only take memory.
  const metrics = config.METRICS_PORT === undefined ? null : (await import('./metrics.ts')).createMetrics(audit)
  const rateLimit = auditRateLimit(createBudget(config.RATE_PER_SECOND, config.RATE_BURST), audit)
  const work = createWorkQueue(rateLimit)
  const background = createBackgroundQueue(rateLimit)
  const client = createSubgraphClient({
    timeoutMs: config.SUBGRAPH_TIMEOUT_MS,
    timeouts: config.SUBGRAPH_TIMEOUTS,
    atOnce: config.SUBGRAPH_AT_ONCE,
    atOnceEach: config.SUBGRAPH_AT_ONCE_EACH,
    onWork: work.charge,
    onCircuitChange: (subgraph, state) => log.warn({ subgraph, state }, 'circuit'),
  })
  const delivery = config.NATS_URL ? open(config.NATS_URL, log, config) : null
  const format = formatErrorWith((error) => log.error({ err: error }, 'unexpected error'))
  const formatOver = (transport: Transport) => (metrics ? metrics.countErrors(format, transport) : format)
  const [formatError, formatLiveError] = [formatOver('http'), formatOver('live')]
  const engineContext = {
    ...{ formatError, formatLiveError, work, background, audit },
    ...{ client, log, metrics, persisted: createPersisted(), running: new Set() as RunningSubscriptions },
    deduplicate: createQueryDeduplication(log),
    live: delivery && { delivery: delivery.context, cursors: createCursors(config.CURSOR_SECRET, log) },
  }
  let engine = createEngine(sdl, config, engineContext)
  const { JWT_ISSUERS: issuers, JWT_AUDIENCE: audience } = config
  const revocations = followRevocations(issuers, config.JWT_REVOCATIONS_EVERY_MS, log)
  const identity = {
    authenticate: auditAuthenticator(
      createAuthenticator({ issuers, audience, revocations, rateLimit, log }),
      audit,
      metrics,
    ),
    addressOf: createAddressOf(config.TRUST_PROXY),
  }

  const admission = createAdmission({
    atOnce: config.MAX_CONCURRENT,
    atOnceEach: config.MAX_CONCURRENT_EACH,
    queue: config.MAX_WAITING,
    waitMs: config.MAX_WAIT_MS,
  })
  const live = createTransports({
    ...{ ...identity, rateLimit, work, admission, formatError: formatLiveError, log, limits: liveLimits(config) },
    isRevoked: revocations.isRevoked,
    readOperation: (...of) => engine.readOperation(...of),
    execute: (...operation) => engine.execute(...operation),
    subscribe: (...operation) => engine.subscribe(...operation),
    onLimit: (who, outcome) => audit.recordRepeatable({ event: 'limit', who, outcome }),
  })
  const handleGraphql = graphqlRoute({
    ...{ ...identity, rateLimit, log, admission, work, streams: live.streams },
    answer: (...request) => engine.answer(...request),
    maxBodyBytes: config.MAX_BODY_BYTES,
    bodies: createBodyMemory(config.MAX_BODIES_BYTES),
    unread: createUnreadAnswers({ each: config.LIVE_UNTAKEN_BYTES, all: MAX_UNREAD_BYTES }),
    timeoutMs: config.REQUEST_TIMEOUT_MS,
  })

  const handleCounted = metrics ? metrics.countRequests(handleGraphql) : handleGraphql
  const route = withCors(config.CORS_ORIGINS, handleCounted)
  const passOn = createPassOn({ addressOf: identity.addressOf, rateLimit, log })
  const passedOn = [...config.PASS_ON].map(
    ([path, url]) => [path, withCors(config.CORS_ORIGINS, passOn.to(new URL(path, url)))] as const,
  )
  const hasGraphiql = config.GRAPHIQL === 'on'

  // It is ready as soon as it listens. If subgraphs or issuers are down, only their fields or tokens are affected.
  const { port, close } = await listen({
    host: config.HOST,
    port: config.PORT,
    needs: [],
    routes: {
      ...(hasGraphiql ? graphiqlRoutes('/graphql', route, config.GRAPHIQL_QUERY) : { '/graphql': route }),
      ...Object.fromEntries(passedOn),
      '/': rootRoute('/graphql', hasGraphiql),
    },
    upgrades: { '/graphql': live.upgrade },
    isSecure: createIsSecure(config.TRUST_PROXY),
    drainMs: Math.max(10_000, config.LIVE_DRAIN_MS + FAREWELL_MS),
    log,
  })
  metrics?.watchCircuits(() => [...engine.supergraph.subgraphs.keys()], client.isBroken)
  if (metrics) watchRouter(metrics, admission, () => work.queued() + background.queued(), live.count)
  const revocationsAge = 'Seconds since the list of revoked tokens was read'
  metrics?.watch('router_revocations_age_seconds', revocationsAge, revocations.ageSeconds)
  const metricsServer = await metrics?.serve(config.HOST, config.METRICS_PORT ?? 0)
  const reload = (sdl: string): boolean => {
    if (sdl === engine.supergraph.sdl) return false
    engine = createEngine(sdl, config, engineContext)
    engine.moveSubscriptions()
    return true
  }
  const stop = async (hurry?: AbortSignal) => {
    await Promise.all([close(hurry), live.close()])
    await revocations.close()
    await metricsServer?.close()
    await delivery?.close()
    await client.close()
    await passOn.close()
  }
  const { subgraphs } = engine.supergraph
  return { port, metricsPort: metricsServer?.port, subgraphs, reload, close: stop }
}

function watchRouter(
  metrics: Metrics,
  admission: Admission,
  queued: () => number,
  live: () => { connections: number; operations: number },
) {
  metrics.watch('router_requests_under_way', 'Requests being answered', admission.active)
  metrics.watch('router_requests_waiting', 'Requests that wait for room', admission.waiting)
  metrics.watch('router_operations_queued', 'New operations that wait to be read or planned', queued)
  metrics.watch('router_live_connections', 'WebSockets and event streams', () => live().connections)
  metrics.watch('router_live_operations', 'Operations under way on them', () => live().operations)
}
