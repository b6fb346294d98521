import { hash, timingSafeEqual } from 'node:crypto'

/** Who asks, as the token's verified claims say; null without a token. */
export type Claims = { sub: string; roles: string[]; scopes: string[] } | null

/** What a signed header says: for whom it is meant, on whose behalf, about which body, until when (ms since 1970). */
export type SignedContext = { audience: string; by: string; claims: Claims; digest: string; expires: number }

/** The request header that carries it. */
export const CONTEXT_HEADER = 'x-context'

/** Long enough for a slow call to be answered, short enough that a leaked header is worthless. */
const LIFETIME_MS = 30_000

const digestOf = (body: string | Uint8Array) => hash('sha256', body, 'base64url')
// Made for every request to a service, in a third of the time of Node's HMAC. A key in front is all that SHA-3 needs (FIPS
// 202, A.2): unlike SHA-2, nobody can go on from a digest to that of a longer text.
const macOf = (payload: string, secret: string) => hash('sha3-256', `${secret}.${payload}`, 'base64url')

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
  const [payload, mac] = request.header?.split('.') ?? []
  if (!payload || !mac) return null
  const given = Buffer.from(mac)
  const expected = Buffer.from(macOf(payload, secret))
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null
  // Only we hold the key, so what the mac covers has the shape we gave it.
  const context = JSON.parse(Buffer.from(payload, 'base64url').toString()) as SignedContext
  const valid =
    context.audience === request.audience && context.digest === digestOf(request.body) && context.expires > now
  return valid ? context : null
}
