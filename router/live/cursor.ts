import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Logger } from '../../chassis/log.ts'
import type { Resume } from './types.ts'

/** Where a subscriber was told to go on, in which life of the stream. */
export type Place = { created: string; sequence: Resume }

export type Cursors = ReturnType<typeof cursors>

const VERSION = '1'
const MAC_BYTES = 16
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
    const subscription = JSON.stringify([VERSION, user, patterns])
    // Both texts are JSON: no two different pairs of them read the same.
    const sign = (place: string) =>
      createHmac('sha256', key).update(subscription).update(place).digest().subarray(0, MAC_BYTES)
    return {
      write: ({ created, sequence }: Place): string => {
        const place = JSON.stringify([sequence, created])
        return Buffer.concat([sign(place), Buffer.from(place)]).toString('base64url')
      },
      /** null: it is no cursor of this subscription (forged, another user's, another feed's: all alike). */
      read: (cursor: string): Place | null => {
        if (cursor.length > MAX_LENGTH) return null
        const bytes = Buffer.from(cursor, 'base64url')
        const place = bytes.subarray(MAC_BYTES).toString()
        if (bytes.length <= MAC_BYTES || !timingSafeEqual(sign(place), bytes.subarray(0, MAC_BYTES))) return null
        const [sequence, created] = JSON.parse(place) as [Resume, string] // Signed, so written above.
        return { created, sequence }
      },
    }
  }
}
