import type { Claims } from '../../../../chassis/signed-context.ts'
import type { Reads } from '../../outbound/postgres/reads.ts'

/** The resolvers' context of one request: the caller's claims, and reads that are batched within the request. */
export type Context = { claims: Claims; reads: Reads }
