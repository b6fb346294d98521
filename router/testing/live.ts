import { buildSchema, execute, GraphQLError } from 'graphql'
import { pino } from 'pino'
import { listen } from '../../chassis/http.ts'
import { until } from '../../chassis/testing/until.ts'
import { DEFAULTS } from '../config.ts'
import { formatError } from '../errors.ts'
import { createBodyMemory } from '../http/body-memory.ts'
import { graphqlRoute } from '../http/route.ts'
import { createAddressOf } from '../identity/address.ts'
import type { Authentication, Authenticator } from '../identity/authenticate.ts'
import type { RateLimit } from '../limits/load.ts'
import { type Admission, createAdmission } from '../limits/load.ts'
import type { LiveLimits } from '../live/clients/quotas.ts'
import { createTransports, liveLimits } from '../live/clients/transports.ts'
import type { Subscribe } from '../live/operation-runner.ts'
import type { LiveCaller, Sink } from '../live/types.ts'
import type { Executor } from '../operation.ts'
import { createOperationReader } from '../request/read-operation.ts'

const SCHEMA = buildSchema(`
  type Query { hello: String!, slow: String, big: String }
  type Mutation { greet: String! }
  type Subscription { counted(to: Int): Int, refused: Int, never: Int }`)

/** JSON has no such number. */
const UNREADABLE = { sub: 'strange', roles: [1n], scopes: [] } as unknown as LiveCaller['claims']

/** A subscription that somebody has begun, as its maker sees it. */
export type Begun = {
  who: LiveCaller
  sink: Sink
  drained: number
  stopped: number
  /** Which of those begun before it were ready for more then. */
  readyThen: boolean[]
  variables: Record<string, unknown>
}

/**
 * Both transports on a free port, behind one proxy (if a test says so), with subscriptions made by hand: `counted` begins at once, `never` when `admit` is
 * called, `refused` not at all. A token is the name of a user; `gone` is refused, `unknown` can't be checked, `many` comes too often, `expiring`
 * is good no longer, which is seen when a second has passed, `slow` is known when `admit` is called; that of `strange` has claims that
 * nothing here expects. Nothing is too often, unless `load` says so. An operation called `broken` meets a bug.
 */
export async function startLive(
  limits: Partial<LiveLimits> = {},
  load: { rateLimit?: RateLimit; admission?: Admission } = {},
) {
  const { rateLimit = () => 0, admission = createAdmission({ atOnce: 100, queue: 0, waitMs: 1_000 }) } = load
  const begun: Begun[] = []
  const waiting: (() => void)[] = []
  const slow: (() => void)[] = []
  const lines: { level: number; msg: string; requestId?: string; err?: { message: string } }[] = []
  const log = pino({ level: 'error' }, { write: (line: string) => void lines.push(JSON.parse(line)) })
  const limit = new GraphQLError('Too much.', { extensions: { code: 'OVER_LIMIT', service: 's' } })

  const subscribe: Subscribe = async (request, who, sink) => {
    const [name] = fieldsOf(request.document)
    if (name === 'refused')
      return { errors: [new GraphQLError('No.', { extensions: { code: 'FORBIDDEN', service: 's' } })] }
    const one: Begun = {
      who,
      sink,
      drained: 0,
      stopped: 0,
      variables: request.variables,
      readyThen: begun.map((before) => before.sink.isReady()),
    }
    begun.push(one)
    if (name === 'never') await new Promise<void>((resolve) => waiting.push(resolve))
    return { drained: () => one.drained++, stop: () => one.stopped++ }
  }
  const rootValue = {
    hello: 'world',
    greet: 'hi',
    slow: () => new Promise((resolve) => slow.push(() => resolve('done'))),
    big: 'x'.repeat(1_000_000),
  }
  let asked = 0
  const run: Executor = async ({ document, operationName, variables }) => {
    asked += 1
    return execute({ schema: SCHEMA, document, operationName, variableValues: variables, rootValue })
  }

  const authenticate: Authenticator = async (authorization): Promise<Authentication> => {
    if (authorization === undefined) return { outcome: 'known', claims: null, expiresAt: null }
    const name = authorization.replace('Bearer ', '')
    if (name === 'gone' || name === '') return { outcome: 'refused', reason: 'The token has expired.' }
    if (name === 'unknown') return { outcome: 'unavailable' }
    if (name === 'many') return { outcome: 'tooOften', waitMs: 1_000 }
    if (name === 'strange') return { outcome: 'known', claims: UNREADABLE, expiresAt: null }
    if (name === 'slow') await new Promise<void>((resolve) => waiting.push(resolve))
    const expiresAt = Date.now() + (name === 'expiring' ? 0 : 3_600_000)
    return { outcome: 'known', claims: { sub: name, roles: ['READER'], scopes: [] }, expiresAt }
  }
  const addressOf = createAddressOf(1)
  const defaults = liveLimits({ ...DEFAULTS, LIVE_DRAIN_MS: 100 } as Parameters<typeof liveLimits>[0]) // reads LIVE_… only
  const checkLimits = (_: unknown, name: string | null) => {
    if (name === 'broken') throw new Error('a bug')
    return name === 'tooMuch' ? [limit] : []
  }
  const readOperation = createOperationReader(SCHEMA, { checkLimits })
  const live = createTransports({
    ...{ authenticate, addressOf, readOperation, execute: run, subscribe, rateLimit, admission, log },
    formatError: formatError(() => {}),
    limits: { ...defaults, ...limits },
  })
  const route = graphqlRoute({
    ...{ authenticate, addressOf, log, streams: live.streams, maxBodyBytes: 1_000_000, timeoutMs: 600_000 },
    answer: async () => ({ status: 200, type: 'text/plain', body: 'not live' }),
    rateLimit: () => 0,
    bodies: createBodyMemory(1_000_000),
    admission,
  })
  const server = await listen({
    ...{ host: '127.0.0.1', port: 0, needs: [], drainMs: 2_000 },
    routes: { '/graphql': route },
    upgrades: { '/graphql': live.upgrade },
  })
  return {
    url: `http://127.0.0.1:${server.port}/graphql`,
    port: server.port,
    begun,
    /** What was logged as an error. */
    lines,
    admit: () => {
      for (const resolve of waiting.splice(0)) resolve()
    },
    /** How many wait to be admitted. */
    waiting: () => waiting.length,
    /** The one begun as the `index`th. */
    nth: (index: number) => until(() => begun.length > index).then(() => begun[index] as Begun), // there is one now
    /** How many queries and mutations were run. */
    asked: () => asked,
    /** Lets the `slow` queries under way be answered; how many there were. */
    answerSlow: () => slow.splice(0).map((answer) => answer()).length,
    count: live.count,
    /** Connections that the server still has, of any kind. */
    connections: () => new Promise<number>((resolve) => server.server.getConnections((_, count) => resolve(count))),
    close: async () => {
      await Promise.all([server.close(), live.close()])
    },
  }
}

function fieldsOf(document: Parameters<Subscribe>[0]['document']): string[] {
  return document.definitions.flatMap((definition) =>
    'selectionSet' in definition
      ? definition.selectionSet.selections.flatMap((selection) =>
          'name' in selection && selection.name ? [selection.name.value] : [],
        )
      : [],
  )
}
