import type { Logger } from '../../../chassis/log.ts'
import type { FormatError } from '../../errors.ts'
import type { AddressOf } from '../../identity/address.ts'
import type { Authenticator } from '../../identity/authenticate.ts'
import type { RateLimit } from '../../limits/rate.ts'
import type { Documents } from '../../request/documents.ts'
import type { Run } from '../run.ts'
import type { LiveLimits, Owners } from './quotas.ts'

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
