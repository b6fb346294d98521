import type { Client, ResourceServerInfo } from 'oidc-provider'
import { SIGNING_ALGORITHM } from '../../application/signing-keys.ts'
import { PERSON_TOKEN_LIFETIME_S, TOKEN_LIFETIME_S } from '../../domain/signing-key.ts'

/** How tokens for the API, whose name is `audience`, look; a client gets at most its own scopes. */
export const apiFor = (client: Client, audience: string): ResourceServerInfo => ({
  scope: client.scope ?? '',
  audience,
  accessTokenTTL: client.clientAuthMethod === 'none' ? PERSON_TOKEN_LIFETIME_S : TOKEN_LIFETIME_S,
  accessTokenFormat: 'jwt',
  jwt: { sign: { alg: SIGNING_ALGORITHM } },
})
