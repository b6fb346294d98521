import { createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { SIGN_IN_WITHIN_S } from '../../domain/sign-in.ts'
import { cookieIn, cookieNames } from './language.ts'

/** Sign-ins that a browser may have open; of more, the oldest end. */
const MOST_OPEN = 20

/**
 * Ties a sign-in to the browser that began it. The provider's own cookies of it cannot do that: they have paths, so no `__Host-`
 * prefix, and so another host of the domain can put a stranger's sign-in into a browser, whose person then would sign the stranger
 * in. Each sign-in has a cookie of its own, so that tabs do not replace each other's.
 */
export function createOwnBrowser(key: Buffer, isSecure: boolean) {
  const prefix = isSecure ? '__Host-sign-in-' : 'sign-in-'
  const markOf = (uid: string) => createHmac('sha256', key).update(`sign-in ${uid}`).digest('base64url')
  const set = (response: ServerResponse, name: string, value: string, seconds: number) =>
    response.appendHeader(
      'set-cookie',
      `${name}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`,
    )

  return {
    /** Notes in this browser that it has begun the sign-in. */
    mark: (request: IncomingMessage, response: ServerResponse, uid: string): void => {
      // Browsers send the oldest of a path first.
      const open = cookieNames(request).filter((name) => name.startsWith(prefix))
      for (const name of open.slice(0, Math.max(0, open.length + 1 - MOST_OPEN))) set(response, name, '', 0)
      set(response, prefix + uid, markOf(uid), SIGN_IN_WITHIN_S)
    },
    /** Whether this browser has begun the sign-in. */
    isMarked: (request: IncomingMessage, uid: string): boolean => {
      const [given, right] = [Buffer.from(cookieIn(request, prefix + uid) ?? ''), Buffer.from(markOf(uid))]
      return given.length === right.length && timingSafeEqual(given, right)
    },
    /** The sign-in is over. */
    clear: (response: ServerResponse, uid: string): void => {
      set(response, prefix + uid, '', 0)
    },
  }
}

export type OwnBrowser = ReturnType<typeof createOwnBrowser>
