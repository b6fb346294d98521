import type { Logger } from '../../../chassis/log.ts'
import type { RouterConfig } from '../../config.ts'
import type { FormatError } from '../../errors.ts'
import type { AddressOf } from '../../identity/address.ts'
import type { Authenticator } from '../../identity/authenticate.ts'
import type { Gate } from '../../limits/gate.ts'
import type { RateLimit } from '../../limits/rate.ts'
import type { Executor } from '../../operation.ts'
import type { Documents } from '../../request/documents.ts'
import { createRun, type Subscribe } from '../run.ts'
import { createOwners, type LiveLimits } from './quotas.ts'
import { createEventStreams } from './sse.ts'
import { createWebSockets } from './ws.ts'

/** Both ways for a client to stay connected, with one count of what each user has open. */
export function createTransports(options: {
  authenticate: Authenticator
  addressOf: AddressOf
  documents: Documents
  execute: Executor
  subscribe: Subscribe
  limits: LiveLimits
  rateLimit: RateLimit
  gate: Gate
  formatError: FormatError
  log: Logger
}) {
  const owners = createOwners(options.limits)
  const shared = { ...options, run: createRun(options), owners }
  const sockets = createWebSockets(shared)
  const streams = createEventStreams(shared)
  return {
    upgrade: sockets.upgrade,
    streams,
    /** What is open now: connections, whose, and operations under way. */
    count: owners.count,
    /** Tells all clients to come back, spread over `drainMs`; ends when none is left. */
    close: async () => {
      await Promise.all([sockets.close(), streams.close()])
    },
  }
}

/** The limits, as the settings say them. */
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
