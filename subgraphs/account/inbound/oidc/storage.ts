import { errors } from 'oidc-provider'
import type { AccountPorts, App, MachineClient, StatePayload } from '../../application/ports.ts'
import { HELD_BY_CLIENTS } from '../../domain/revocation.ts'

/** A machine client in the words of OpenID Connect's client metadata. */
const metadataOf = (client: MachineClient) => ({
  client_id: client.id,
  client_name: client.name,
  client_secret: client.secretHash,
  // An empty one would not be valid metadata, and cost the client its tokens.
  ...(client.scopes.length > 0 && { scope: client.scopes.join(' ') }),
  grant_types: ['client_credentials'],
  response_types: [],
  redirect_uris: [],
  token_endpoint_auth_method: 'client_secret_basic',
})

/** An app in which people sign in: without a secret, so by PKCE; its addresses hold for signing out, too. */
export const appMetadata = ({ id, name, redirectUris }: App) => ({
  client_id: id,
  client_name: name,
  // By a scheme of its own an app on a phone is called.
  application_type: redirectUris.every((uri) => /^https?:/.test(uri)) ? 'web' : 'native',
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  redirect_uris: redirectUris,
  post_logout_redirect_uris: redirectUris,
  token_endpoint_auth_method: 'none',
})

/**
 * Whether anything can stand under an id that a caller sends. The provider's own ids and a client's (RFC 6749, A.1) are
 * printable ASCII; PostgreSQL refuses a text with NUL in it, and would look up half a surrogate as another character.
 */
const canBeId = (id: unknown) => typeof id === 'string' && /^[\x20-\x7e]{1,255}$/.test(id)

/** Whether PostgreSQL can keep it: what a client has sent may be in it, and JSON columns take no NUL and no half surrogates. */
const canBeKept = (payload: StatePayload) => !/(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/.test(JSON.stringify(payload))

/**
 * The provider's storage, one object for each kind of thing; all in PostgreSQL, so that replicas share it. Of what cannot be an id
 * it says that there is none, and does not ask.
 */
export const storage =
  ({ state, clients, apps, revocations }: Pick<AccountPorts, 'state' | 'clients' | 'apps' | 'revocations'>) =>
  (kind: string) => ({
    upsert: async (id: string, payload: StatePayload, expiresIn?: number): Promise<void> => {
      if (!canBeId(id) || !canBeKept(payload))
        throw new errors.InvalidRequest('the request has characters in it that no text has')
      await state.upsert(kind, id, payload, expiresIn)
    },
    find: async (id: string) => {
      if (!canBeId(id)) return undefined
      if (kind !== 'Client') {
        const found = await state.find(kind, 'id', id)
        if (!found?.clientId || !HELD_BY_CLIENTS.includes(kind)) return found
        // Deleted with the client's revocation, unless a request under way has written it since.
        const before = await revocations.ofClient(found.clientId)
        return before !== null && (found.iat ?? 0) < before ? undefined : found
      }
      const [client, app] = await Promise.all([clients.find(id), apps.find(id)])
      return client ? metadataOf(client) : app ? appMetadata(app) : undefined
    },
    findByUid: async (uid: string) => (canBeId(uid) ? state.find(kind, 'uid', uid) : undefined),
    findByUserCode: async (code: string) => (canBeId(code) ? state.find(kind, 'userCode', code) : undefined),
    consume: async (id: string): Promise<void> => {
      if (!canBeId(id) || (await state.consumeOnce(kind, id))) return
      // The provider has seen it unused, and so has another request at the same time: one of the two is not the app's.
      const grantId = (await state.find(kind, 'id', id))?.grantId
      if (grantId) await Promise.all([state.revokeByGrantId(grantId), state.destroy('Grant', grantId)])
      throw new errors.InvalidGrant('it was used already')
    },
    destroy: async (id: string) => (canBeId(id) ? state.destroy(kind, id) : undefined),
    revokeByGrantId: async (grantId: string) => (canBeId(grantId) ? state.revokeByGrantId(grantId) : undefined),
  })
