import { errors } from 'oidc-provider'
import type { AccountPorts, MachineClient, StatePayload } from '../../application/ports.ts'

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
  ({ state, clients }: Pick<AccountPorts, 'state' | 'clients'>) =>
  (kind: string) => ({
    upsert: async (id: string, payload: StatePayload, expiresIn?: number): Promise<void> => {
      if (!canBeId(id) || !canBeKept(payload))
        throw new errors.InvalidRequest('the request has characters in it that no text has')
      await state.upsert(kind, id, payload, expiresIn)
    },
    find: async (id: string) => {
      if (!canBeId(id)) return undefined
      if (kind !== 'Client') return state.find(kind, 'id', id)
      const client = await clients.find(id)
      return client ? metadataOf(client) : undefined
    },
    findByUid: async (uid: string) => (canBeId(uid) ? state.find(kind, 'uid', uid) : undefined),
    findByUserCode: async (code: string) => (canBeId(code) ? state.find(kind, 'userCode', code) : undefined),
    consume: async (id: string) => (canBeId(id) ? state.consume(kind, id) : undefined),
    destroy: async (id: string) => (canBeId(id) ? state.destroy(kind, id) : undefined),
    revokeByGrantId: async (grantId: string) => (canBeId(grantId) ? state.revokeByGrantId(grantId) : undefined),
  })
