import type { Client, ResourceServerInfo } from 'oidc-provider'
import { SIGNING_ALGORITHM } from '../../application/signing-keys.ts'
import { TOKEN_LIFETIME_S } from '../../domain/signing-key.ts'

/** What tokens are for, as a resource indicator (RFC 8707): this one API, and it is the default. */
export const API = 'urn:flower-delivery:api'

/** The `aud` claim of every access token. */
export const AUDIENCE = 'flower-delivery'

/** How tokens for the API look; a client gets at most its own scopes. */
export const apiFor = (client: Client): ResourceServerInfo => ({
  scope: client.scope ?? '',
  audience: AUDIENCE,
  accessTokenTTL: TOKEN_LIFETIME_S,
  accessTokenFormat: 'jwt',
  jwt: { sign: { alg: SIGNING_ALGORITHM } },
})
