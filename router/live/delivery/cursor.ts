import { createHmac, hash, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Logger } from '../../../chassis/log.ts'
import type { Resume } from '../types.ts'

/** Where a subscriber resumes; `created` identifies the stream incarnation. */
export type CursorPosition = { created: string; sequence: Resume }

export type Cursors = ReturnType<typeof createCursors>

const VERSION = '1'
/** Characters of base64url: 132 bits. */
const MAC_LENGTH = 22
/** Longer than any valid cursor. */
const MAX_LENGTH = 256

/**
 * Writes and reads the cursors that clients hold. They are opaque and signed, and valid only for the same user and
 * subjects. Routers with the same secret accept each other's; without a secret, cursors are valid in this process only.
 */
export function createCursors(secret: string | undefined, log: Logger) {
  if (!secret)
    log.warn('without CURSOR_SECRET the cursors of live updates are valid at this router only, until it stops')
  const key = secret ? Buffer.from(hkdfSync('sha256', secret, '', 'cursors of live updates', 32)) : randomBytes(32)

  /** The cursors of a user's subscription to these patterns; `user` is null for anonymous callers. */
  return (user: string | null, patterns: string[]) => {
    const prefix = createHmac('sha256', key)
      .update(JSON.stringify([VERSION, user, patterns]))
      .digest('hex')
    // One is signed for every update of every subscriber; Node's HMAC would lengthen a delivery from 9 to 9.9 µs. SHA-3 needs
    // only a key in front, because it has no length extension (FIPS 202, A.2). `prefix` always has the same length.
    const sign = (payload: string) => hash('sha3-256', prefix + payload, 'base64url').slice(0, MAC_LENGTH)
    return {
      write: ({ created, sequence }: CursorPosition): string => {
        const payload = Buffer.from(JSON.stringify([sequence, created])).toString('base64url')
        return sign(payload) + payload
      },
      /** null if the cursor is forged or belongs to another user or other subjects. */
      read: (cursor: string): CursorPosition | null => {
        if (cursor.length > MAX_LENGTH) return null
        const payload = cursor.slice(MAC_LENGTH)
        const [expected, actual] = [Buffer.from(sign(payload)), Buffer.from(cursor.slice(0, MAC_LENGTH))]
        if (expected.length !== actual.length || !timingSafeEqual(expected, actual)) return null
        const [sequence, created] = JSON.parse(Buffer.from(payload, 'base64url').toString()) as [Resume, string] // Signed, so written above.
        return { created, sequence }
      },
    }
  }
}
