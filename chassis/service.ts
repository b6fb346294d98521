import { readFileSync } from 'node:fs'
import type { MikroORM } from '@mikro-orm/postgresql'
import type { z } from 'zod'
import type { serviceConfig } from './config.ts'
import { subgraphHandler } from './graphql/handler.ts'
import { type Handler, listen, stopOnSignal } from './http.ts'
import { createLogger, type Logger } from './log.ts'
import { checkNats, connectNats, factsStream, type Nats } from './nats/connection.ts'
import { consume } from './nats/consume.ts'
import { checkDatabase, openDatabase, type Schema } from './postgres/database.ts'
import { mayPass, parkIn } from './postgres/parked.ts'
import { runRelay } from './run-relay.ts'
import type { Claims } from './signed-context.ts'

/** What a context brings; `chassis/service.ts` brings the rest. */
export type Context = {
  /** Its GraphQL resolvers, and the context they get per request from who asks. */
  resolvers: object
  contextOf: (claims: Claims) => object
  /** Takes in one fact off the wire; absent where it hears none. */
  take?: (wire: unknown) => Promise<void>
  /** HTTP routes beside /graphql, by exact path. */
  routes?: Record<string, Handler>
  /** Work that runs beside the requests (timers); each is stopped before the database is closed. */
  jobs?: { stop(): Promise<void> }[]
}

/** What a context is made from. */
export type Foundation = { orm: MikroORM; log: Logger }

const COMMON = new URL('./graphql/common.graphql', import.meta.url)

/**
 * Runs one context as a process: database, relay, consumer, GraphQL, health and readiness; stops in order on SIGTERM.
 * `hears` are the subjects it listens to, `says` whether it has an outbox to relay.
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
    if (says) running.push(runRelay(config.DATABASE_URL, factsStream(nats), log))
    const { take } = context
    if (take) running.push(consume(nats, { name, subjects: hears, take, mayPass, park: parkIn(orm) }, log))
  }
  if (hears.length || says) join().catch((error) => log.fatal({ err: error }, 'NATS can never be joined'))

  const handler = await subgraphHandler({
    name,
    log,
    typeDefs: [readFileSync(COMMON, 'utf8'), readFileSync(options.typeDefs, 'utf8')],
    resolvers: context.resolvers,
    secret: config.CONTEXT_SECRET,
    contextOf: context.contextOf,
  })
  const { port, close } = await listen({
    host: config.HOST,
    port: config.PORT,
    needs: [
      { name: 'database', required: true, check: () => checkDatabase(orm) },
      ...(hears.length || says ? [{ name: 'nats', required: false, check: async () => checkNats(nats) }] : []),
    ],
    routes: { '/graphql': handler, ...context.routes },
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
