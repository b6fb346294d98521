import type { Claims } from '../../../../chassis/signed-context.ts'
import type { Reads } from '../../outbound/postgres/reads.ts'

/** What a resolver gets of one request: who asks, and reads batched within it. */
export type Context = { claims: Claims; reads: Reads }

/** A user as this context names one: what account tells of them hangs on `disclosed`. */
export type NamedUser = { id: string; disclosed: boolean }
