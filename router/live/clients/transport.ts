import type { AddressOf } from '../../../chassis/client-address.ts'
import type { Logger } from '../../../chassis/log.ts'
import type { RateLimit } from '../../../chassis/rate-limit.ts'
import type { FormatError } from '../../errors.ts'
import type { Authenticator } from '../../identity/authenticate.ts'
import type { Revocations } from '../../identity/revocations.ts'
import type { WorkQueue } from '../../limits/work-queue.ts'
import type { ReadInTurn } from '../../request/in-turns.ts'
import type { RunOperation } from '../operation-runner.ts'
import type { LiveLimits, Quotas } from './quotas.ts'

/** What both transports, WebSocket and Server-Sent Events, need. */
export type Transport = {
  authenticate: Authenticator
  isRevoked: Revocations['isRevoked']
  addressOf: AddressOf
  readOperation: ReadInTurn
  runOperation: RunOperation
  quotas: Quotas
  limits: LiveLimits
  /** Counts the operations of each quota key. */
  rateLimit: Pick<RateLimit, 'take'>
  /** Large messages are handled in turns. */
  work: Pick<WorkQueue, 'run'>
  formatError: FormatError
  log: Logger
}
