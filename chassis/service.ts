import type { MikroORM } from '@mikro-orm/postgresql'
import type { z } from 'zod'
import type { serviceConfig } from './config.ts'
import { detached } from './detached.ts'
import { endOnFault } from './fault.ts'
import { subgraphHandler } from './graphql/handler.ts'
import { sdlOf } from './graphql/sdl.ts'
import { type Handler, listen, stopOnSignal } from './http.ts'
import { createLogger, type Logger } from './log.ts'
import { checkNats, connectNats, FACTS, type Nats, streamOn } from './nats/connection.ts'
import { consume } from './nats/consume.ts'
import { liveStream } from './nats/live-stream.ts'
import { answerSnapshots, type Feed } from './nats/snapshots.ts'
import { checkDatabase, openDatabase, type Schema } from './postgres/database.ts'
import { mayPass, parkIn } from './postgres/parked.ts'
import { subjectsInFlight } from './postgres/reads.ts'
import { relayFacts, relayLive } from './run-relay.ts'
import type { Claims } from './signed-context.ts'

/** What a context brings; `chassis/service.ts` brings the rest. */
export type Context = {
  /** Its GraphQL resolvers, and the context they get per request from who asks. */
  resolvers: object
  contextOf: (claims: Claims) => object
  /** Takes in one fact off the wire; absent where it hears none. */
  take?: (wire: unknown) => Promise<void>
  /** The feed it shows its entities on; absent where it has none. */
  feed?: Feed
  /** HTTP routes beside /graphql, by exact path. */
  routes?: Record<string, Handler>
  /** Work that runs beside the requests (timers); each is stopped before the database is closed. */
  jobs?: { stop(): Promise<void> }[]
}

/** What a context is made from. */
export type Foundation = { orm: MikroORM; log: Logger }

/**
 * Runs one context as a process: database, relays, consumer, snapshots, GraphQL, health and readiness; stops in order on
 * SIGTERM. `hears` are the subjects it listens to, `says` whether it says facts.
 */
export async function runService(options: {
  name: string
  config: z.infer<typeof serviceConfig>
  schema: Schema
  typeDefs: URL
  hears: string[]
  says: boolean
  wire: (foundation: Foundation) => Context | Promise<Context>
}): Promise<{ port: number; stop: () => Promise<void> }> {
  const { name, config, hears, says } = options
  const log = createLogger(name)
  endOnFault(log)
  const orm = await untilReachable(() => openDatabase(config.DATABASE_URL, options.schema), log)
  const context = await options.wire({ orm, log })
  const running: { stop(): Promise<void> }[] = []

  // Orders must go on being taken while NATS is away: what needs it joins when it comes.
  let nats: Nats | undefined
  let isStopping = false
  const join = async () => {
    const joined = await connectNats(config.NATS_URL, name)
    if (isStopping) return joined.end()
    nats = joined
    const { take, feed } = context
    if (says) running.push(relayFacts(config.DATABASE_URL, streamOn(nats, FACTS), log))
    if (feed) {
      running.push(relayLive(config.DATABASE_URL, liveStream(nats), log))
      const inFlight = (subjects: string[]) => subjectsInFlight(orm.em.fork(), subjects)
      running.push(answerSnapshots(nats, feed, inFlight, log))
    }
    if (take) running.push(consume(nats, { name, subjects: hears, take, mayPass, park: parkIn(orm) }, log))
  }
  const needsNats = hears.length > 0 || says || context.feed !== undefined
  if (needsNats) detached(join, { log, what: 'NATS can never be joined' })

  const handler = await subgraphHandler({
    name,
    log,
    typeDefs: sdlOf(options.typeDefs),
    resolvers: context.resolvers,
    secret: config.CONTEXT_SECRET,
    contextOf: context.contextOf,
  })
  const { port, close } = await listen({
    host: config.HOST,
    port: config.PORT,
    needs: [
      { name: 'database', required: true, check: () => checkDatabase(orm) },
      ...(needsNats ? [{ name: 'nats', required: false, check: async () => checkNats(nats) }] : []),
    ],
    routes: { '/graphql': handler, ...context.routes },
    log,
  })
  log.info({ port }, 'serving')

  const end = async () => {
    isStopping = true
    await close()
    await Promise.all([...running, ...(context.jobs ?? [])].map((job) => job.stop()))
    await nats?.end()
    await orm.close()
    log.info('stopped')
  }
  let ended: Promise<void> | undefined
  const stop = () => {
    ended ??= end()
    return ended
  }
  stopOnSignal(stop)
  return { port, stop }
}

/** What waiting does not mend: PostgreSQL refuses a migration (SQLSTATE classes 22, 23, 42). */
const isHopeless = (error: unknown) =>
  error instanceof Error && 'code' in error && /^(2[23]|42)/.test(String(error.code))

/** Databases come up in their own time; a service waits for its own rather than dying and being started again. */
async function untilReachable<T>(attempt: () => Promise<T>, log: Logger): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt()
    } catch (error) {
      if (tries >= 60 || isHopeless(error)) throw error
      log.warn({ err: error, tries }, 'the database can not be used yet')
      await new Promise((resolve) => setTimeout(resolve, 500))
    }
  }
}
