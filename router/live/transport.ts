import type { Logger } from '../../chassis/log.ts'
import type { AddressOf } from '../address.ts'
import type { Authenticator } from '../auth.ts'
import type { Documents } from '../documents.ts'
import type { FormatError } from '../errors.ts'
import type { RateLimit } from '../limits/rate.ts'
import type { LiveLimits, Owners } from './owners.ts'
import type { Run } from './run.ts'

/** What a way for clients to stay connected is made of. */
export type Transport = {
  authenticate: Authenticator
  addressOf: AddressOf
  documents: Documents
  run: Run
  owners: Owners
  limits: LiveLimits
  /** Asked for each operation, by whom it counts for. */
  rateLimit: RateLimit
  formatError: FormatError
  log: Logger
}
