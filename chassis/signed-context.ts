import { createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto'

/** The verified claims of the caller's access token; null without a token. */
export type Claims = { sub: string; roles: string[]; scopes: string[] } | null

/** The HTTP header that carries a signed context. */
export const CONTEXT_HEADER = 'x-context'

/** What a signature is valid for: `path` is the request's target, with its query. */
export type SignedRequest = { method: string; path: string; body: string | Uint8Array }

/** Who may call a service: each caller's keys, several while a key is replaced (`callerKeys` in config.ts). */
export type CallerKeys = ReadonlyMap<string, readonly string[]>

/** The sending service, by the key it has signed with, and for whom it asks. `once`: the header is good for one request. */
export type SignedContext = { by: string; claims: Claims; once: boolean }

/** Why a request is not answered; for the log. */
export type Refusal = { refused: string }

/** Checks one request. `now` is in ms since 1970. */
export type Verify = (request: SignedRequest & { header: string | undefined }, now: number) => SignedContext | Refusal

/** `digest` is the body's, `expires` in ms since 1970; `nonce` is there if the header is good once. */
type Payload = { audience: string; claims: Claims; digest: string; expires: number; nonce?: string }

/** Long enough for a slow call, short enough that a leaked header is soon worthless. */
const LIFETIME_MS = 30_000

/** The receiver's limit, whatever the caller says: the lifetime, and 5 s by which two clocks may differ. */
const MOST_LIFETIME_MS = 35_000

/** Headers that a process remembers as used, about 15 MB. It would take 2,800 mutations a second; further ones are refused. */
const MOST_USED = 100_000

const digestOf = (body: string | Uint8Array) => hash('sha256', body, 'base64url')
const macOf = (key: string, { method, path }: Omit<SignedRequest, 'body'>, payload: string) =>
  createHmac('sha256', key).update(`${method} ${path}\n${payload}`).digest('base64url')

/**
 * The header value for one request to the service `audience`, with the key that this service shares with it. `once`: it must
 * not be taken a second time, as with every mutation. `now` is in ms since 1970.
 */
export function signContext(
  key: string,
  request: SignedRequest & { audience: string; claims: Claims; once: boolean },
  now: number,
): string {
  const { audience, claims, body, once } = request
  const content: Payload = { audience, claims, digest: digestOf(body), expires: now + LIFETIME_MS }
  if (once) content.nonce = randomBytes(12).toString('base64url')
  const payload = Buffer.from(JSON.stringify(content)).toString('base64url')
  return `${payload}.${macOf(key, request, payload)}`
}

/**
 * Creates the check of requests to the service `audience`. A header is refused if it is forged, by a caller without a key, for
 * another service, method, path or body, if it has expired or is valid for too long, and if it is good once and has been used.
 * What was used is remembered in this process only.
 */
export function createVerifier(audience: string, callers: CallerKeys, mostUsed = MOST_USED): Verify {
  const keys = [...callers].flatMap(([by, own]) => own.map((key) => ({ by, key })))
  const use = createUsedHeaders(mostUsed)

  return ({ header, ...request }, now) => {
    const [payload, mac, ...more] = header?.split('.') ?? []
    if (!payload || !mac || more.length > 0) return { refused: 'it is not signed' }
    const signer = keys.find(({ key }) => isEqual(mac, macOf(key, request, payload)))
    if (!signer) return { refused: 'it is signed by none of its callers, or for another method or path' }
    // Only a holder of the key has written it, so a payload with a valid MAC has this type.
    const content = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Payload
    if (content.audience !== audience) return { refused: 'it is signed for another service' }
    if (content.digest !== digestOf(request.body)) return { refused: 'it is signed for another body' }
    const leftMs = content.expires - now
    if (!(leftMs > 0)) return { refused: 'its signature has expired (do the clocks differ?)' }
    if (leftMs > MOST_LIFETIME_MS) return { refused: 'its signature is valid for too long (do the clocks differ?)' }
    const once = content.nonce !== undefined
    const refused = once && use(mac, content.expires, now)
    return refused ? { refused } : { by: signer.by, claims: content.claims, once }
  }
}

function isEqual(one: string, other: string): boolean {
  const [actual, expected] = [Buffer.from(one), Buffer.from(other)]
  return actual.length === expected.length && timingSafeEqual(actual, expected)
}

/**
 * The headers that are used up, until they expire. Using one returns null, or why it cannot be used. When there is no room for
 * more, further ones are refused: forgetting one would let it be used again.
 */
function createUsedHeaders(most: number): (mac: string, expires: number, now: number) => string | null {
  const used = new Map<string, number>()
  return (mac, expires, now) => {
    // The oldest are first. One that expires a little later than the next delays it, since clocks and callers differ.
    for (const [old, until] of used) {
      if (until > now) break
      used.delete(old)
    }
    if (used.has(mac)) return 'its signature has been used before'
    if (used.size >= most) return `there is no room to remember more than ${most} signatures`
    used.set(mac, expires)
    return null
  }
}
