import { buildSchema, execute, GraphQLError } from 'graphql'
import { pino } from 'pino'
import { createAddressOf } from '../../chassis/client-address.ts'
import { listen } from '../../chassis/http.ts'
import type { RateLimit } from '../../chassis/rate-limit.ts'
import { until } from '../../chassis/testing/until.ts'
import { DEFAULTS } from '../config.ts'
import { formatError } from '../errors.ts'
import { createBodyMemory } from '../http/body-memory.ts'
import { graphqlRoute } from '../http/route.ts'
import { createUnreadAnswers } from '../http/unread-answers.ts'
import type { Authentication, Authenticator } from '../identity/authenticate.ts'
import type { LimitCheck } from '../limits/check.ts'
import { type Admission, createAdmission } from '../limits/load.ts'
import { createWorkQueue, type WorkQueue } from '../limits/work-queue.ts'
import type { LiveLimits } from '../live/clients/quotas.ts'
import { createTransports, liveLimits } from '../live/clients/transports.ts'
import type { Subscribe } from '../live/operation-runner.ts'
import type { LiveCaller, Sink } from '../live/types.ts'
import { documentOf, type Executor, type Operation } from '../operation.ts'
import { createOperationReader } from '../request/read-operation.ts'

const SCHEMA = buildSchema(`
  type Query { hello: String!, slow: String, big: String }
  type Mutation { greet: String! }
  type Subscription { counted(to: Int): Int, refused: Int, mine: Int, never: Int }`)

/** JSON has no such number. */
const UNREADABLE = { sub: 'strange', roles: [1n], scopes: [] } as unknown as LiveCaller['claims']

const REVOCABLE = { issuer: 'https://login.example', subject: '', client: '', key: '', issuedAt: 0 }

/** A started subscription, as its implementation sees it. */
export type StartedSubscription = {
  caller: LiveCaller
  sink: Sink
  drained: number
  stopped: number
  /** Whether the earlier subscriptions were ready when it started. */
  readyThen: boolean[]
  variables: Record<string, unknown>
}

/**
 * Both transports on a free port, behind one proxy, with a manual implementation of subscriptions: `counted` starts at
 * once, `never` when `admit` is called, `refused` fails, `mine` needs a token. The token is the name of a user, with exceptions: `gone` is
 * refused, `unknown` cannot be verified, `many` is rate limited, `expiring` has expired after a second, `revocable` is revoked
 * when `revoke` is called, `slow` is verified when `admit` is called, and `strange` has unusable claims. There is no rate limit unless `load` has one. An operation
 * called `broken` throws.
 */
export async function startLive(
  limits: Partial<LiveLimits> = {},
  load: { rateLimit?: Partial<RateLimit>; admission?: Admission; work?: WorkQueue } = {},
) {
  const rateLimit = { take: () => 0, charge: () => {}, owes: () => 0, ...load.rateLimit }
  const { work = createWorkQueue(rateLimit), admission = createAdmission({ atOnce: 100, queue: 0, waitMs: 1_000 }) } =
    load
  const started: StartedSubscription[] = []
  const waiting: (() => void)[] = []
  const slow: (() => void)[] = []
  const errorLines: { level: number; msg: string; requestId?: string; err?: { message: string } }[] = []
  const log = pino({ level: 'error' }, { write: (line: string) => void errorLines.push(JSON.parse(line)) })
  const limit = new GraphQLError('Too much.', { extensions: { code: 'OVER_LIMIT', service: 's' } })

  const subscribe: Subscribe = async ({ request }, caller, sink) => {
    const [name] = fieldsOf(request.operation)
    if (name === 'refused')
      return { errors: [new GraphQLError('No.', { extensions: { code: 'FORBIDDEN', service: 's' } })] }
    if (name === 'mine' && !caller.claims)
      return { errors: [new GraphQLError('Sign in.', { extensions: { code: 'UNAUTHENTICATED' } })] }
    const one: StartedSubscription = {
      caller,
      sink,
      drained: 0,
      stopped: 0,
      variables: request.variables,
      readyThen: started.map((before) => before.sink.isReady()),
    }
    started.push(one)
    if (name === 'never') await new Promise<void>((resolve) => waiting.push(resolve))
    return { drained: () => one.drained++, stop: () => one.stopped++ }
  }
  const rootValue = {
    hello: 'world',
    greet: 'hi',
    slow: () => new Promise((resolve) => slow.push(() => resolve('done'))),
    big: 'x'.repeat(1_000_000),
  }
  let operationsRun = 0
  const run: Executor = async ({ operation, variables }) => {
    operationsRun += 1
    return execute({ schema: SCHEMA, document: documentOf(operation), variableValues: variables, rootValue })
  }

  const authenticate: Authenticator = async (authorization): Promise<Authentication> => {
    if (authorization === undefined) return { outcome: 'known', claims: null, expiresAt: null }
    const name = authorization.replace('Bearer ', '')
    if (name === 'gone' || name === '') return { outcome: 'refused', reason: 'The token has expired.' }
    if (name === 'unknown') return { outcome: 'unavailable' }
    if (name === 'many') return { outcome: 'rateLimited', waitMs: 1_000 }
    if (name === 'strange') return { outcome: 'known', claims: UNREADABLE, expiresAt: null }
    if (name === 'slow') await new Promise<void>((resolve) => waiting.push(resolve))
    const expiresAt = Date.now() + (name === 'expiring' ? 0 : 3_600_000)
    const revocable = name === 'revocable' ? REVOCABLE : undefined
    return { outcome: 'known', claims: { sub: name, roles: ['READER'], scopes: [] }, expiresAt, revocable }
  }
  let hasRevoked = false
  const addressOf = createAddressOf(1)
  const defaults = liveLimits({ ...DEFAULTS, LIVE_DRAIN_MS: 100 } as Parameters<typeof liveLimits>[0]) // reads LIVE_… only
  const limitCheck: LimitCheck = {
    size: ({ name }) => {
      if (name?.value === 'broken') throw new Error('a bug')
      return name?.value === 'tooMuch' ? [limit] : []
    },
    cost: () => [],
  }
  const readOperation = createOperationReader(SCHEMA, { limits: limitCheck })
  const live = createTransports({
    ...{ authenticate, addressOf, readOperation, execute: run, subscribe, rateLimit, work, admission, log },
    isRevoked: (token) => hasRevoked && token === REVOCABLE,
    formatError: formatError(() => {}),
    limits: { ...defaults, ...limits },
  })
  const route = graphqlRoute({
    ...{ authenticate, addressOf, log, streams: live.streams, maxBodyBytes: 1_000_000, timeoutMs: 600_000 },
    answer: async () => ({ status: 200, type: 'text/plain', body: 'not live' }),
    rateLimit: { take: () => 0 },
    work,
    bodies: createBodyMemory(1_000_000),
    unread: createUnreadAnswers({ each: 1_000_000, all: 1_000_000 }),
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
    started,
    /** The lines logged as errors. */
    errorLines,
    admit: () => {
      for (const resolve of waiting.splice(0)) resolve()
    },
    revoke: () => {
      hasRevoked = true
    },
    /** The number of subscriptions and tokens that wait for `admit`. */
    waiting: () => waiting.length,
    /** The subscription that started as number `index`, counted from 0. */
    nth: (index: number) => until(() => started.length > index).then(() => started[index] as StartedSubscription), // there is one now
    /** The number of queries and mutations that were run. */
    operationsRun: () => operationsRun,
    /** Answers the `slow` queries under way and returns their number. */
    answerSlow: () => slow.splice(0).map((answer) => answer()).length,
    count: live.count,
    /** The number of open connections of any kind. */
    connections: () => new Promise<number>((resolve) => server.server.getConnections((_, count) => resolve(count))),
    close: async () => {
      await Promise.all([server.close(), live.close()])
    },
  }
}

const fieldsOf = ({ selectionSet }: Operation): string[] =>
  selectionSet.selections.flatMap((selection) => ('name' in selection ? [selection.name.value] : []))
