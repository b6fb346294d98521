import { createHmac, hash, timingSafeEqual } from 'node:crypto'

/** The verified claims of the caller's access token; null without a token. */
export type Claims = { sub: string; roles: string[]; scopes: string[] } | null

/** A signed header's content: the receiving service, the sending service, the digest of the body, the expiry (ms since 1970). */
export type SignedContext = { audience: string; by: string; claims: Claims; digest: string; expires: number }

/** The HTTP header that carries a signed context. */
export const CONTEXT_HEADER = 'x-context'

/** Long enough for a slow call, short enough that a leaked header is worthless. */
const LIFETIME_MS = 30_000

const digestOf = (body: string | Uint8Array) => hash('sha256', body, 'base64url')
const macOf = (payload: string, secret: string) => createHmac('sha256', secret).update(payload).digest('base64url')

/** The header value for one request to the service `audience` with exactly this body. `now` is in ms since 1970. */
export function signContext(
  secret: string,
  request: { audience: string; by: string; claims: Claims; body: string | Uint8Array },
  now: number,
): string {
  const { body, ...rest } = request
  const context: SignedContext = { ...rest, digest: digestOf(body), expires: now + LIFETIME_MS }
  const payload = Buffer.from(JSON.stringify(context)).toString('base64url')
  return `${payload}.${macOf(payload, secret)}`
}

/** The context of a valid header; null if the header is missing, forged, expired, or for another service or body. */
export function verifyContext(
  secret: string,
  request: { audience: string; header: string | undefined; body: string | Uint8Array },
  now: number,
): SignedContext | null {
  const [payload, mac, ...more] = request.header?.split('.') ?? []
  if (!payload || !mac || more.length > 0) return null
  const actual = Buffer.from(mac)
  const expected = Buffer.from(macOf(payload, secret))
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) return null
  // Only our own processes hold the key, so a payload with a valid MAC has this type.
  const context = JSON.parse(Buffer.from(payload, 'base64url').toString()) as SignedContext
  const isValid =
    context.audience === request.audience && context.digest === digestOf(request.body) && context.expires > now
  return isValid ? context : null
}
