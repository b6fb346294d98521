import type { Claims } from '../../../../chassis/signed-context.ts'
import type { Reads } from '../../outbound/postgres/reads.ts'

/** What a resolver gets of one request: who asks, and reads batched within it. */
export type Context = { claims: Claims; reads: Reads }
