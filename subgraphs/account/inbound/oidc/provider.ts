import type { JWK } from 'jose'
import { type Client, type Context, errors, Provider, type Token } from 'oidc-provider'
import { isSecret, machineScopes } from '../../application/machine-clients.ts'
import type { AccountPorts } from '../../application/ports.ts'
import { TOKEN_LIFETIME_S } from '../../domain/signing-key.ts'
import { apiFor } from './api.ts'
import { demoClient, registerDemoGrant } from './demo-grant.ts'
import { storage } from './storage.ts'

const off = { enabled: false }

/**
 * The OpenID provider at `issuer` that signs with the first of `keys` and publishes all. `demoSecret` opens the demo
 * grant. People's sign-in comes with the apps: until then no client may use the authorization endpoint.
 */
export function makeProvider(options: {
  issuer: string
  /** What tokens are for, as a resource indicator (RFC 8707): this one API, and it is the default. */
  audience: string
  keys: JWK[]
  cookieKeys: string[]
  demoSecret?: string | undefined
  ports: AccountPorts
}): Provider {
  const { audience } = options
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
        defaultResource: () => audience,
        getResourceServerInfo: (_: Context, resource: string, client: Client) => {
          if (resource !== audience) throw new errors.InvalidTarget()
          return apiFor(client, audience)
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
  provider.use(hideClients)
  // The listener states the issuer's own scheme and host in the forwarded headers (issuer.ts), and nothing else.
  provider.proxy = true
  if (options.demoSecret) registerDemoGrant(provider, users, audience)
  return provider
}

const NO_SIGN_IN = {
  error: 'invalid_request',
  error_description: 'the request is not valid, or there is no such client, or it may not sign people in',
}

/** Answers every invalid request to the authorization endpoint alike, so that nobody learns from it which clients there are. */
async function hideClients(context: Context, next: () => Promise<void>): Promise<void> {
  await next()
  if (context.oidc?.route !== 'authorization' || context.status < 400 || context.status >= 500) return
  context.status = 400
  context.body = NO_SIGN_IN
}
