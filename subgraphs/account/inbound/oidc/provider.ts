import type { JWK } from 'jose'
import { type Client, type Context, errors, Provider, type Token } from 'oidc-provider'
import { isSecret, machineScopes } from '../../application/machine-clients.ts'
import type { AccountPorts, MachineClient, StatePayload } from '../../application/ports.ts'
import { TOKEN_LIFETIME_S } from '../../domain/signing-key.ts'
import { API, apiFor } from './api.ts'
import { demoClient, registerDemoGrant } from './demo-grant.ts'

const off = { enabled: false }

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

/** Whether anything can stand under an id that a caller sends: PostgreSQL refuses a text with NUL in it. */
const canBeKept = (id: string) => !id.includes('\0')

/** The provider's storage, one object for each kind of thing; all in PostgreSQL, so that replicas share it. */
const storage = (ports: AccountPorts) => (kind: string) => ({
  upsert: (id: string, payload: StatePayload, expiresIn?: number) => ports.state.upsert(kind, id, payload, expiresIn),
  find: async (id: string) => {
    if (!canBeKept(id)) return undefined
    if (kind !== 'Client') return ports.state.find(kind, 'id', id)
    const client = await ports.clients.find(id)
    return client ? metadataOf(client) : undefined
  },
  findByUid: async (uid: string) => (canBeKept(uid) ? ports.state.find(kind, 'uid', uid) : undefined),
  findByUserCode: async (code: string) => (canBeKept(code) ? ports.state.find(kind, 'userCode', code) : undefined),
  consume: (id: string) => ports.state.consume(kind, id),
  destroy: (id: string) => ports.state.destroy(kind, id),
  revokeByGrantId: (grantId: string) => ports.state.revokeByGrantId(grantId),
})

/**
 * The OpenID provider at `issuer` that signs with the first of `keys` and publishes all. `demoSecret` opens the demo
 * grant. People's sign-in comes with the apps: until then no client may use the authorization endpoint.
 */
export function makeProvider(options: {
  issuer: string
  keys: JWK[]
  cookieKeys: string[]
  demoSecret?: string | undefined
  ports: AccountPorts
}): Provider {
  const { users } = options.ports
  const accountOf = async (id: string) => (await users.byIds([id])).at(0)

  const provider = new Provider(options.issuer, {
    adapter: storage(options.ports),
    jwks: { keys: options.keys },
    cookies: { keys: options.cookieKeys },
    clients: options.demoSecret ? [demoClient(options.demoSecret)] : [],
    clientAuthMethods: ['client_secret_basic', 'client_secret_post'],
    clientBasedCORS: () => false,
    scopes: ['openid', ...machineScopes],
    responseTypes: ['code'],
    ttl: { AccessToken: TOKEN_LIFETIME_S, ClientCredentials: TOKEN_LIFETIME_S },
    features: {
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => API,
        getResourceServerInfo: (_: Context, resource: string, client: Client) => {
          if (resource !== API) throw new errors.InvalidTarget()
          return apiFor(client)
        },
      },
      // What nobody uses yet is shut; proof-of-possession too, since the router would take such a token as a bearer's.
      devInteractions: off,
      dPoP: off,
      pushedAuthorizationRequests: off,
      rpInitiatedLogout: off,
      userinfo: off,
    },
    findAccount: async (_: Context, sub: string) => {
      const user = await accountOf(sub)
      return user && { accountId: user.id, claims: () => ({ sub: user.id }) }
    },
    extraTokenClaims: async (_: Context, token: Token) => ({
      roles: token.accountId ? ((await accountOf(token.accountId))?.roles ?? []) : [],
    }),
    renderError: (context: Context, out: { error: string; error_description?: string }) => {
      context.type = 'text'
      context.body = `${out.error}: ${out.error_description ?? 'the request cannot be answered'}\n`
    },
  })
  // Only hashes are kept, so a secret is hashed before it is compared.
  provider.Client.prototype.compareClientSecret = async function (this: Client, actual: string) {
    return isSecret(actual, this.clientSecret ?? '')
  }
  // The listener states the issuer's own scheme and host in the forwarded headers (issuer.ts), and nothing else.
  provider.proxy = true
  if (options.demoSecret) registerDemoGrant(provider, users)
  return provider
}
