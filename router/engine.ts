import type { Audit } from '../chassis/audit/audit.ts'
import type { Logger } from '../chassis/log.ts'
import { createOperationAudit } from './audit.ts'
import type { RouterConfig } from './config.ts'
import type { FormatError } from './errors.ts'
import { type Answerer, createAnswerer } from './http/answer.ts'
import type { Persisted } from './http/persisted.ts'
import { createLimitCheck } from './limits/check.ts'
import { type BackgroundQueue, cpuMs, type WorkQueue } from './limits/work-queue.ts'
import type { Subscribe } from './live/operation-runner.ts'
import { createSubscribe, type Live, type RunningSubscriptions } from './live/subscribe.ts'
import type { Metrics } from './metrics.ts'
import type { Executor } from './operation.ts'
import { createExecutor } from './request/execute.ts'
import { prepareInTurns, type ReadInTurn, readInTurns } from './request/in-turns.ts'
import { createPrepare } from './request/prepare.ts'
import type { createQueryDeduplication } from './request/query-deduplication.ts'
import { createOperationReader } from './request/read-operation.ts'
import { loadSupergraph, orUnusable, type Supergraph } from './supergraph/load.ts'
import { createSend } from './upstream/send.ts'
import type { createSubgraphClient } from './upstream/subgraph-client.ts'

/** Everything that depends on one supergraph. */
export type Engine = {
  supergraph: Supergraph
  answer: Answerer
  readOperation: ReadInTurn
  execute: Executor
  subscribe: Subscribe
  /** Moves all running subscriptions to this supergraph. */
  moveSubscriptions(): void
}

/** Everything that outlives a supergraph. */
export type EngineContext = {
  client: ReturnType<typeof createSubgraphClient>
  persisted: Persisted
  /** Null without NATS_URL. */
  live: Live | null
  /** Lets equal queries that are under way at once run once. */
  deduplicate: ReturnType<typeof createQueryDeduplication>
  /** The running subscriptions, whichever supergraph they started on. */
  running: RunningSubscriptions
  /** For what holds up the process: reading and planning new operations. */
  work: WorkQueue
  /** For what is planned in another process. */
  background: BackgroundQueue
  /** Formats errors of answers over plain HTTP for clients. */
  formatError: FormatError
  /** The same over WebSockets and event streams. */
  formatLiveError: FormatError
  /** Null without METRICS_PORT. */
  metrics: Metrics | null
  audit: Audit
  log: Logger
}

/** Creates the engine of a supergraph from its SDL. Throws UnusableSupergraph. */
export const createEngine = (...of: Parameters<typeof build>): Engine => orUnusable(() => build(...of))

function build(sdl: string, config: Omit<RouterConfig, 'SUPERGRAPH'>, context: EngineContext): Engine {
  const { client, persisted, live, running, work, background, formatError, formatLiveError, metrics, log } = context
  const supergraph = loadSupergraph(sdl, config.SUBGRAPH_URLS)
  const send = createSend({
    supergraph,
    post: metrics ? metrics.countSubgraph(client.send) : client.send,
    keys: config.CONTEXT_KEYS,
    log,
  })
  const prepare = createPrepare({
    supergraph,
    send,
    log,
    work,
    onPlanned: metrics?.observePlanning,
    onFallback: metrics?.countFallback,
  })
  const prepareInTurn = prepareInTurns(prepare, work, background)
  const execute = createExecutor({ supergraph, prepare: prepareInTurn })
  const operationAudit = createOperationAudit(supergraph.clientSchema, context.audit, metrics)
  const executeAudited = operationAudit.execute(context.deduplicate(execute))
  const readOperation = createOperationReader(supergraph.clientSchema, {
    maxLength: config.MAX_DOCUMENT,
    maxTokens: config.MAX_TOKENS,
    introspection: config.INTROSPECTION === 'on',
    limits: createLimitCheck(supergraph.clientSchema, config, supergraph.listSizes),
  })
  const { subscribe, moveAll: moveSubscriptions } = createSubscribe({
    ...{ supergraph, prepare, prepareInTurn, work, execute, send, readOperation, live, running, log },
    formatError: formatLiveError,
  })
  const readInTurn = operationAudit.read(readInTurns(readOperation, work))
  const answer = createAnswerer({
    ...{ readOperation: readInTurn, persisted, execute: executeAudited, formatError, work },
    onErrors: metrics?.countFailedRequest,
  })
  const subscribeCounted: Subscribe = (operation, caller, sink) => {
    const startedAt = cpuMs()
    const subscription = subscribe(operation, caller, sink) // up to its first `await`
    work.charge(caller.quotaKey ?? '', cpuMs() - startedAt)
    return subscription
  }
  return {
    ...{
      supergraph,
      answer,
      readOperation: readInTurn,
      execute: executeAudited,
      subscribe: operationAudit.subscribe(subscribeCounted),
      moveSubscriptions,
    },
  }
}
