import type { AddressOf } from '../../../chassis/client-address.ts'
import type { Logger } from '../../../chassis/log.ts'
import type { RateLimit } from '../../../chassis/rate-limit.ts'
import type { RouterConfig } from '../../config.ts'
import type { FormatError } from '../../errors.ts'
import type { Authenticator } from '../../identity/authenticate.ts'
import type { Revocations } from '../../identity/revocations.ts'
import type { Admission } from '../../limits/load.ts'
import type { WorkQueue } from '../../limits/work-queue.ts'
import type { Executor } from '../../operation.ts'
import type { ReadInTurn } from '../../request/in-turns.ts'
import { createOperationRunner, type Subscribe } from '../operation-runner.ts'
import { createQuotas, type LiveLimits } from './quotas.ts'
import { createEventStreams } from './sse.ts'
import { createWebSockets } from './ws.ts'

/** WebSockets and event streams, with common quotas. */
export function createTransports(options: {
  authenticate: Authenticator
  isRevoked: Revocations['isRevoked']
  addressOf: AddressOf
  readOperation: ReadInTurn
  execute: Executor
  subscribe: Subscribe
  limits: LiveLimits
  /** Is called with a user or address that has reached a limit, and the limit's setting. */
  onLimit?: (client: string, limit: string) => void
  rateLimit: Pick<RateLimit, 'take'>
  work: Pick<WorkQueue, 'run'>
  admission: Admission
  formatError: FormatError
  log: Logger
}) {
  const quotas = createQuotas(options.limits, { onLimit: options.onLimit })
  const shared = { ...options, runOperation: createOperationRunner(options), quotas }
  const sockets = createWebSockets(shared)
  const streams = createEventStreams(shared)
  return {
    upgrade: sockets.upgrade,
    streams,
    /** The current connections, clients (users and addresses) and operations. */
    count: quotas.count,
    /** Disconnects all clients at random moments of `drainMs`; resolves when none is left. */
    close: async () => {
      await Promise.all([sockets.close(), streams.close()])
    },
  }
}

/** The limits from the settings. */
export const liveLimits = (config: Omit<RouterConfig, 'SUPERGRAPH'>): LiveLimits => ({
  connections: config.LIVE_CONNECTIONS,
  connectionsPerUser: config.LIVE_CONNECTIONS_PER_USER,
  connectionsPerAddress: config.LIVE_CONNECTIONS_PER_ADDRESS,
  operationsPerConnection: config.LIVE_OPERATIONS_PER_CONNECTION,
  operationsPerUser: config.LIVE_OPERATIONS_PER_USER,
  messagesPerSecond: config.LIVE_MESSAGES_PER_SECOND,
  messageBytes: config.LIVE_MESSAGE_BYTES,
  waitingBytes: config.LIVE_WAITING_BYTES,
  untakenBytes: config.LIVE_UNTAKEN_BYTES,
  drainMs: config.LIVE_DRAIN_MS,
})
