import type { MikroORM } from '@mikro-orm/postgresql'
import type { z } from 'zod'
import { type Audit, openAudit } from './audit/audit.ts'
import type { serviceConfig } from './config.ts'
import { detached, exitOnUncaught } from './detached.ts'
import { stopOnSignal } from './draining.ts'
import { subgraphHandler } from './graphql/handler.ts'
import { sdlOf, subgraphSchema } from './graphql/schema.ts'
import { innerHosts } from './hosts.ts'
import { type Handler, listen, type Need } from './http.ts'
import { liveIdsOf, withGlobalIds } from './live-ids.ts'
import { createLogger, type Logger } from './log.ts'
import { openServiceMetrics } from './metrics/open.ts'
import type { Overdue } from './metrics/overdue.ts'
import type { ServiceMetrics } from './metrics/service-metrics.ts'
import { checkNats, checkRoom } from './nats/checks.ts'
import { connectNats, factsWithin, type Nats, streamOn } from './nats/connection.ts'
import { consume } from './nats/consume.ts'
import { liveStream } from './nats/live-stream.ts'
import { type Feed, serveSnapshots } from './nats/snapshots.ts'
import { checkDatabase, checkSchema, createOrm, type Schema } from './postgres/database.ts'
import { isTransient, parkIn } from './postgres/parked.ts'
import { subjectsInFlight } from './postgres/reads.ts'
import { relayFacts, relayLive } from './run-relay.ts'
import type { Claims } from './signed-context.ts'

/** The parts of a service that are a context's own. */
export type Context = {
  /** Its GraphQL resolvers. */
  resolvers: object
  /** The resolvers' context for one request, from the caller's claims. */
  contextOf: (claims: Claims) => object
  /** Handles one fact as it was published, and on which subject; absent if the context subscribes to none. */
  handleFact?: (wire: unknown, subject: string) => Promise<void>
  /** The feed that delivers its entities' states; absent if it has none. */
  feed?: Feed
  /** Coordinates of fields with personal data, whose reading is recorded in the audit trail. */
  personalData?: readonly string[]
  /** Further HTTP routes beside /graphql, by exact path. */
  routes?: Record<string, Handler>
  /** Background jobs; each is stopped before the database is closed. */
  jobs?: { stop(): Promise<void> }[]
  /** What its users wait for too long (docs/metrics.md). */
  overdue?: Overdue
  /** What it needs besides, for `/ready`. */
  needs?: Need[]
  /** Further servers; they drain together with the context's own. */
  servers?: { close(hurry?: AbortSignal): Promise<void> }[]
}

/** What the chassis gives a context to build on. */
export type ServiceResources = {
  orm: MikroORM
  log: Logger
  audit: Audit
  /** Undefined without METRICS_PORT. */
  metrics: Pick<ServiceMetrics, 'watchCircuit' | 'counter' | 'observe'> | undefined
}

/**
 * Runs one context as a process: database, relays, consumer, snapshots, GraphQL, health and readiness. Stops in order on
 * SIGTERM. `hears`: the subjects it subscribes to. `hearsLater`: those of its further consumers, by name. `says`: whether it
 * publishes facts.
 */
export async function runService(options: {
  name: string
  config: z.infer<typeof serviceConfig>
  schema: Schema
  typeDefs: URL
  hears: string[]
  hearsLater?: { [consumer: string]: string[] }
  says: boolean
  wire: (foundation: ServiceResources) => Context | Promise<Context>
}): Promise<{ port: number; metricsPort: number | undefined; stop: () => Promise<void> }> {
  const { name, config, hears, hearsLater = {}, says } = options
  const typeDefs = sdlOf(options.typeDefs)
  const log = createLogger(name)
  exitOnUncaught(log)
  const audit = openAudit(name, config, log)
  const metrics = await openServiceMetrics(name, config, audit)
  const pool = { poolSize: config.DATABASE_CONNECTIONS, onPool: metrics?.watchPool }
  const orm = await createOrm(config.DATABASE_URL, options.schema, pool)
  await untilUsable(() => checkSchema(orm, options.schema), log)
  const context = await options.wire({ orm, log, audit, metrics })
  const running: { stop(): Promise<void> }[] = []

  // Orders must be accepted while NATS is away, so relays, consumer and snapshots start once it is connected.
  let nats: Nats | undefined
  let isStopping = false
  const consumers = { [name]: hears, ...hearsLater }
  const startMessaging = async () => {
    const connected = await connectNats(config.NATS_URL, name, config)
    if (isStopping) return connected.end()
    nats = connected
    const { handleFact, feed } = context
    if (says) running.push(relayFacts(config.DATABASE_URL, streamOn(nats, factsWithin(config.FACTS_MAX_BYTES)), log))
    if (feed) {
      const ids = liveIdsOf(subgraphSchema(typeDefs, {}))
      running.push(relayLive(config.DATABASE_URL, withGlobalIds(liveStream(nats), ids), log))
      const inFlight = (subjects: string[]) => subjectsInFlight(orm.em.fork(), subjects)
      running.push(serveSnapshots(nats, feed, ids, inFlight, log))
    }
    if (!handleFact) return
    const handling = { handle: handleFact, park: parkIn(orm) }
    const counted = metrics?.countFacts(handling) ?? handling
    for (const [consumer, subjects] of Object.entries(consumers))
      running.push(consume(nats, { name: consumer, subjects, isTransient, ...counted }, log))
  }
  const needsNats = hears.length > 0 || says || context.feed !== undefined
  if (needsNats) detached(startMessaging, { log, what: 'messaging could not be started' })

  const handler = await subgraphHandler({
    name,
    log,
    typeDefs,
    resolvers: context.resolvers,
    callers: config.CALLER_KEYS,
    contextOf: context.contextOf,
    personalData: context.personalData,
    audit,
    metrics: metrics?.graphql,
  })
  const { port, close } = await listen({
    host: config.HOST,
    port: config.PORT,
    isOwnHost: innerHosts(config.HOST),
    needs: [
      { name: 'database', required: true, check: () => checkDatabase(orm) },
      ...(needsNats ? [{ name: 'nats', required: false, check: async () => checkNats(nats) }] : []),
      ...(says ? [{ name: 'room for facts', required: false, check: async () => checkRoom(nats) }] : []),
      ...(context.needs ?? []),
    ],
    routes: { '/graphql': handler, ...context.routes },
    log,
    observe: metrics?.observe,
  })
  metrics?.watchDatabase(orm)
  if (needsNats) metrics?.watchNats(context.handleFact ? Object.keys(consumers) : [], () => nats)
  if (context.overdue) metrics?.watchOverdue(context.overdue)
  const metricsServer = await metrics?.serve(config)
  log.info({ port, metricsPort: metricsServer?.port }, 'serving')

  const end = async (hurry?: AbortSignal) => {
    isStopping = true
    await Promise.all([
      close(hurry),
      metricsServer?.close(),
      ...(context.servers ?? []).map((server) => server.close(hurry)),
    ])
    await Promise.all([...running, ...(context.jobs ?? [])].map((job) => job.stop()))
    await nats?.end()
    await orm.close()
    audit.close()
    log.info('stopped')
  }
  let ended: Promise<void> | undefined
  const stop = (hurry?: AbortSignal) => {
    ended ??= end(hurry)
    return ended
  }
  stopOnSignal(stop)
  return { port, metricsPort: metricsServer?.port, stop }
}

/**
 * Retries `check` every half second, at most 60 times: a service waits for its database, and for its migrations, rather than
 * being restarted.
 */
async function untilUsable(check: () => Promise<void>, log: Logger): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await check()
    } catch (error) {
      if (tries >= 60) throw error
      log.warn({ err: error, tries }, 'the database can not be used yet')
      await new Promise((resolve) => setTimeout(resolve, 500))
    }
  }
}
