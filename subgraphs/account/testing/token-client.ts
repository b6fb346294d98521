import { createRemoteJWKSet, decodeProtectedHeader, type JWTPayload, jwtVerify } from 'jose'

/** The issuer that tests claim to be; where it really listens is another matter. */
export const ISSUER = 'https://login.example.com'

/** The audience in tests. */
export const AUDIENCE = 'urn:example:api'

/** What the token endpoint answers, by RFC 6749. */
type TokenAnswer = {
  access_token: string
  expires_in: number
  scope: string
  error?: string
  error_description?: string
}

/** Asks for a token at `base` as a client with Basic authentication. */
export async function askToken(base: string, client: string, secret: string, body: Record<string, string>) {
  const response = await fetch(`${base}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${client}:${secret}`)}` },
    body: new URLSearchParams(body),
  })
  return { status: response.status, headers: response.headers, body: (await response.json()) as TokenAnswer }
}

/** A JSON document of the issuer. */
export async function readDocument(base: string, path: '/jwks' | '/.well-known/openid-configuration') {
  // Both are JSON objects by their specifications.
  return (await (await fetch(`${base}${path}`)).json()) as Record<string, unknown>
}

/** The claims of an access token, verified as the router does: against the keys published at `base`. */
export async function verifiedClaims(base: string, token: string): Promise<JWTPayload> {
  const keys = createRemoteJWKSet(new URL(`${base}/jwks`))
  return (await jwtVerify(token, keys, { issuer: ISSUER, audience: AUDIENCE })).payload
}

/** The key that a token names. */
export const kidOf = (token: string): string => decodeProtectedHeader(token).kid ?? ''
