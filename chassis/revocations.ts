import { createHash } from 'node:crypto'

/**
 * What an issuer serves at `/revocations`, and each router reads again and again: which of its tokens are refused although
 * they have not expired. It names nobody, because everyone may read it: ids are hashed by `revocationKey`.
 */
export type RevocationList = {
  /** By the hashed `sub`: tokens issued (`iat`) before this second since 1970 are refused. */
  subjects: Record<string, number>
  /** The same by the hashed `client_id`. */
  clients: Record<string, number>
  /** The thumbprints (RFC 7638) of withdrawn signing keys, by which no token is good any more. */
  keys: string[]
}

/** An id as it is in the list. Users' ids have 74 random bits, so nobody finds them by trying. */
export const revocationKey = (id: string): string => createHash('sha256').update(id).digest('base64url')
