import type { Logger } from '../chassis/log.ts'
import type { RouterConfig } from './config.ts'
import type { FormatError } from './errors.ts'
import { type Answerer, createAnswerer } from './http/answer.ts'
import type { Persisted } from './http/persisted.ts'
import { createLimitCheck } from './limits/check.ts'
import type { Subscribe } from './live/operation-runner.ts'
import { createSubscribe, type Live, type RunningSubscriptions } from './live/subscribe.ts'
import type { Metrics } from './metrics.ts'
import type { Executor } from './operation.ts'
import { createDocuments, type Documents } from './request/documents.ts'
import { createExecutor } from './request/execute.ts'
import type { createInFlight } from './request/in-flight.ts'
import { createPrepare } from './request/prepare.ts'
import { loadSupergraph, type Supergraph } from './supergraph/load.ts'
import { createSend } from './upstream/send.ts'
import type { createSubgraphClient } from './upstream/subgraph-client.ts'

/** All that follows from one supergraph. */
export type Engine = {
  supergraph: Supergraph
  answer: Answerer
  documents: Documents
  execute: Executor
  subscribe: Subscribe
  /** Has all subscriptions under way go on on this supergraph. */
  moveSubscriptions(): void
}

/** What outlives a supergraph. */
export type Deployment = {
  client: ReturnType<typeof createSubgraphClient>
  persisted: Persisted
  /** Null where there is no NATS. */
  live: Live | null
  /** Has equal queries under way together answered as one. */
  inFlight: ReturnType<typeof createInFlight>
  /** The subscriptions that run, whichever supergraph they began on. */
  running: RunningSubscriptions
  /** What clients are told of errors, whatever way they came. */
  formatError: FormatError
  /** Null where nothing is counted. */
  metrics: Metrics | null
  log: Logger
}

/** Makes a router's inside from a supergraph's SDL. Throws UnusableSupergraph. */
export function createEngine(sdl: string, config: Omit<RouterConfig, 'SUPERGRAPH'>, the: Deployment): Engine {
  const { client, persisted, live, running, formatError, metrics, log } = the
  const supergraph = loadSupergraph(sdl, config.SUBGRAPH_URLS)
  const send = createSend({
    supergraph,
    post: metrics ? metrics.countSubgraph(client.send) : client.send,
    secret: config.CONTEXT_SECRET,
    log,
  })
  const prepare = createPrepare({ supergraph, send, log, fellBack: metrics?.fellBack, planTook: metrics?.planned })
  const execute = createExecutor({ supergraph, prepare })
  const shared = the.inFlight(execute)
  const documents = createDocuments(supergraph.clientSchema, {
    maxLength: config.MAX_DOCUMENT,
    maxTokens: config.MAX_TOKENS,
    introspection: config.INTROSPECTION === 'on',
    checkLimits: createLimitCheck(supergraph.clientSchema, config),
  })
  const { subscribe, moveAll: moveSubscriptions } = createSubscribe({
    ...{ supergraph, prepare, execute, send, documents, live, running, formatError, log },
  })
  const answer = createAnswerer({ documents, persisted, execute: shared, formatError })
  return { supergraph, answer, documents, execute: shared, subscribe, moveSubscriptions }
}
