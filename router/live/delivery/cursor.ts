import { createHmac, hash, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Logger } from '../../../chassis/log.ts'
import type { Resume } from '../types.ts'

/** Where a subscriber was told to go on, in which life of the stream. */
export type Place = { created: string; sequence: Resume }

export type Cursors = ReturnType<typeof cursors>

const VERSION = '1'
/** Characters of base64url: 132 bits. */
const MAC_LENGTH = 22
/** Longer than any cursor there is. */
const MAX_LENGTH = 256

/**
 * Writes and reads the cursors that clients hold: opaque, signed, and good for one user's subscription to the same subjects
 * only. All routers with the same secret read each other's; without one, cursors end with this process.
 */
export function cursors(secret: string | undefined, log: Logger) {
  if (!secret)
    log.warn('without CONTEXT_SECRET the cursors of live updates are good at this router only, until it stops')
  const key = secret ? Buffer.from(hkdfSync('sha256', secret, '', 'cursors of live updates', 32)) : randomBytes(32)

  /** The cursors of this user's (null: nobody's) subscription to these patterns. */
  return (user: string | null, patterns: string[]) => {
    const own = createHmac('sha256', key)
      .update(JSON.stringify([VERSION, user, patterns]))
      .digest('hex')
    // Made for every update of every subscriber: Node's HMAC would make a delivery of 9 µs one of 9.9. A key in front is all
    // that SHA-3 needs (FIPS 202, A.2): nobody can go on from a digest, as with SHA-2. `own` has always the same length.
    const sign = (place: string) => hash('sha3-256', own + place, 'base64url').slice(0, MAC_LENGTH)
    return {
      write: ({ created, sequence }: Place): string => {
        const place = Buffer.from(JSON.stringify([sequence, created])).toString('base64url')
        return sign(place) + place
      },
      /** null: it is no cursor of this subscription (forged, another user's, another feed's: all alike). */
      read: (cursor: string): Place | null => {
        if (cursor.length > MAX_LENGTH) return null
        const place = cursor.slice(MAC_LENGTH)
        const [is, given] = [Buffer.from(sign(place)), Buffer.from(cursor.slice(0, MAC_LENGTH))]
        if (is.length !== given.length || !timingSafeEqual(is, given)) return null
        const [sequence, created] = JSON.parse(Buffer.from(place, 'base64url').toString()) as [Resume, string] // Signed, so written above.
        return { created, sequence }
      },
    }
  }
}
