import { createHmac, hash, timingSafeEqual } from 'node:crypto'

/** Who asks, as the token's verified claims say; null without a token. */
export type Claims = { sub: string; roles: string[]; scopes: string[] } | null

/** What a signed header says: for whom it is meant, on whose behalf, about which body, until when (ms since 1970). */
export type SignedContext = { audience: string; by: string; claims: Claims; digest: string; expires: number }

/** The request header that carries it. */
export const CONTEXT_HEADER = 'x-context'

/** Long enough for a slow call to be answered, short enough that a leaked header is worthless. */
const LIFETIME_MS = 30_000

const digestOf = (body: string | Uint8Array) => hash('sha256', body, 'base64url')
const macOf = (payload: string, secret: string) => createHmac('sha256', secret).update(payload).digest('base64url')

/** Makes the header value for one request to the service `audience` with exactly this body. */
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

/** The context a header proves, or null where it is missing, forged, expired, or meant for another service or body. */
export function verifyContext(
  secret: string,
  request: { audience: string; header: string | undefined; body: string | Uint8Array },
  now: number,
): SignedContext | null {
  const [payload, mac, ...more] = request.header?.split('.') ?? []
  if (!payload || !mac || more.length > 0) return null
  const given = Buffer.from(mac)
  const expected = Buffer.from(macOf(payload, secret))
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null
  // Only we hold the key, so what the mac covers has the shape we gave it.
  const context = JSON.parse(Buffer.from(payload, 'base64url').toString()) as SignedContext
  const valid =
    context.audience === request.audience && context.digest === digestOf(request.body) && context.expires > now
  return valid ? context : null
}
