import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { readBody } from '../../../../chassis/http.ts'
import { type Html, html } from './html.ts'
import { cookieIn } from './language.ts'

/** The most that a form of ours is, in bytes: a few short fields. */
const MOST_BYTES = 8_192

/**
 * Forms that only a page of ours can send (OWASP, "signed double-submit cookie"): a random cookie, and in each form a digest of it
 * that nobody can make without `key`. A browser that says where a request comes from must say that it is from here.
 */
export function createForms(key: Buffer, isSecure: boolean) {
  // With this prefix no other host of the domain can set it.
  const name = isSecure ? '__Host-form' : 'form'
  const digestOf = (secret: string) => createHmac('sha256', key).update(secret).digest('base64url')

  return {
    /** The hidden field of a form; sets the cookie if the browser has none. */
    field: (request: IncomingMessage, response: ServerResponse): Html => {
      let secret = cookieIn(request, name)
      if (!secret || !/^[\w-]{43}$/.test(secret)) {
        secret = randomBytes(32).toString('base64url')
        response.appendHeader(
          'set-cookie',
          `${name}=${secret}; Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`,
        )
      }
      return html`<input type="hidden" name="form" value="${digestOf(secret)}">`
    },
    /** The fields of a form that was sent from a page of ours; null if that is not sure. Throws BodyTooLarge. */
    read: async (request: IncomingMessage): Promise<URLSearchParams | null> => {
      const site = request.headers['sec-fetch-site']
      if (site !== undefined && site !== 'same-origin') return null
      if (!/^application\/x-www-form-urlencoded\b/i.test(request.headers['content-type'] ?? '')) return null
      const fields = new URLSearchParams((await readBody(request, MOST_BYTES)).toString('utf8'))
      const secret = cookieIn(request, name)
      if (!secret) return null
      const [given, right] = [Buffer.from(fields.get('form') ?? ''), Buffer.from(digestOf(secret))]
      return given.length === right.length && timingSafeEqual(given, right) ? fields : null
    },
  }
}

export type Forms = ReturnType<typeof createForms>
