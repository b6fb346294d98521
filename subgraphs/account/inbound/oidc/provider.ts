import type { JWK } from 'jose'
import { type Client, type Context, errors, interactionPolicy, Provider, type Token } from 'oidc-provider'
import { isSecret, machineScopes } from '../../application/machine-clients.ts'
import { isSignedOut } from '../../application/people.ts'
import type { AccountPorts } from '../../application/ports.ts'
import { SIGN_IN_WITHIN_S } from '../../domain/sign-in.ts'
import { PERSON_TOKEN_LIFETIME_S, TOKEN_LIFETIME_S } from '../../domain/signing-key.ts'
import { isErased } from '../../domain/user.ts'
import { OWN_APP, ownAppOf } from '../pages/account.ts'
import type { Pages } from '../pages/pages.ts'
import { apiFor } from './api.ts'
import { allowOwnMachine, developmentApp, isOriginOf } from './apps.ts'
import { demoClient, registerDemoGrant } from './demo-grant.ts'
import { storage } from './storage.ts'

const off = { enabled: false }

const DAY_S = 24 * 3_600
/** A browser stays signed in so long after its last sign-in by an app, and no app there longer. */
const SESSION_S = 90 * DAY_S
/** An app that was not used for so long has to sign in again. */
const REFRESH_TOKEN_S = 30 * DAY_S
/** An app exchanges a code at once. */
const CODE_S = 60

/**
 * The OpenID provider at `issuer` that signs with the first of `keys` and publishes all. People sign in on `pages`. `demoSecret` opens
 * the demo grant and the app of development.
 */
export function makeProvider(options: {
  issuer: string
  /** What tokens are for, as a resource indicator (RFC 8707): this one API, and it is the default. */
  audience: string
  keys: JWK[]
  cookieKeys: string[]
  demoSecret?: string | undefined
  ports: AccountPorts
  pages: Pages
}): Provider {
  const { audience, pages } = options
  const prefix = options.issuer.startsWith('https:') ? '__Host-' : ''
  const { users } = options.ports
  /** Null once they have erased themselves: then no session and no refresh token of theirs is good any more. */
  const accountOf = async (id: string) => (await users.byIds([id])).find((user) => !isErased(user))

  const provider = new Provider(options.issuer, {
    adapter: storage(options.ports),
    jwks: { keys: options.keys },
    cookies: {
      keys: options.cookieKeys,
      // Of the others the paths say which sign-in they are of, which the prefix does not allow.
      names: { session: `${prefix}session`, interaction: 'interaction', resume: 'resume' },
    },
    clients: [
      ownAppOf(options.issuer),
      ...(options.demoSecret ? [demoClient(options.demoSecret), developmentApp] : []),
    ],
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'none'],
    clientBasedCORS: (_: Context, origin: string, client: Client) => isOriginOf(client, origin),
    scopes: ['openid', ...machineScopes],
    responseTypes: ['code'],
    pkce: { required: () => true },
    extraParams: { response_mode: refuseFormPost },
    interactions: { url: (_: Context, { uid }: { uid: string }) => `/sign-in/${uid}`, policy: signInOnly() },
    // The apps are ours, so nobody is asked whether they may. What an app has in one browser is one family of tokens.
    loadExistingGrant: async ({ oidc: { client, session, account } }: Context) => {
      const known = await provider.Grant.find(session?.grantIdFor(client.clientId) ?? '')
      const accountId = account?.accountId ?? ''
      const isTheirs = known?.accountId === accountId
      const grant = known && isTheirs ? known : new provider.Grant({ accountId, clientId: client.clientId })
      grant.addOIDCScope('openid')
      await grant.save()
      return grant
    },
    issueRefreshToken: async (_: Context, client: Client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    expiresWithSession: async () => true,
    ttl: {
      AccessToken: (_: Context, token: Token) => token.resourceServer?.accessTokenTTL ?? PERSON_TOKEN_LIFETIME_S,
      AuthorizationCode: CODE_S,
      ClientCredentials: TOKEN_LIFETIME_S,
      Grant: SESSION_S,
      IdToken: PERSON_TOKEN_LIFETIME_S,
      Interaction: SIGN_IN_WITHIN_S,
      RefreshToken: REFRESH_TOKEN_S,
      Session: SESSION_S,
    },
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
      userinfo: off,
      revocation: {
        enabled: true,
        allowedPolicy: async (_: Context, client: Client, token: Token) => token.clientId === client.clientId,
      },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: async (context: Context) => pages.askSignOut(context),
        postLogoutSuccessSource: async (context: Context) => pages.signedOut(context),
      },
    },
    findAccount: async ({ oidc: { session } }: Context, sub: string, token?: { authTime?: number }) => {
      const user = await accountOf(sub)
      if (!user || (await isSignedOut(users, sub, token?.authTime ?? session?.loginTs))) return undefined
      return { accountId: user.id, claims: () => ({ sub: user.id }) }
    },
    extraTokenClaims: async (_: Context, token: Token) => ({
      roles: token.accountId ? ((await accountOf(token.accountId))?.roles ?? []) : [],
    }),
    renderError: (context: Context) => pages.refuse(context, context.status),
  })
  // Only hashes are kept, so a secret is hashed before it is compared.
  provider.Client.prototype.compareClientSecret = async function (this: Client, actual: string) {
    return isSecret(actual, this.clientSecret ?? '')
  }
  // The pages' own app signs in by its session; its codes are good for nothing.
  const { grantTypeAllowed } = provider.Client.prototype
  provider.Client.prototype.grantTypeAllowed = function (this: Client, type: string) {
    return this.clientId !== OWN_APP && grantTypeAllowed.call(this, type)
  }
  provider.on('interaction.started', ({ req, res, oidc }) => {
    const uid = oidc.entities.Interaction?.uid
    if (uid) pages.ownBrowser.mark(req, res, uid)
  })
  provider.use(resumeOwn(pages))
  provider.use(hideClients(pages))
  provider.use(async (context, next) => {
    await next()
    // Where nobody is signed in, the provider's page sends itself by a script.
    const { route, session } = context.oidc ?? {}
    if (route === 'end_session' && context.status === 200 && !session?.accountId) pages.askSignOut(context)
  })
  provider.use(async (context, next) => {
    await next()
    if (context.oidc?.route !== 'discovery') return
    Object.assign(context.body as object, { response_modes_supported: MODES }) // The provider's document, which is one.
  })
  if (options.demoSecret) allowOwnMachine(provider)
  // The listener states the issuer's own scheme and host in the forwarded headers (issuer.ts), and nothing else.
  provider.proxy = true
  if (options.demoSecret) registerDemoGrant(provider, users, audience)
  return provider
}

const NO_SIGN_IN = {
  error: 'invalid_request',
  error_description: 'the request is not valid, or there is no such client, or it may not sign people in',
}

/** How an app is answered: by a redirect, since the third way is a page with a script that sends it on. */
const MODES = ['fragment', 'query']

function refuseFormPost({ oidc: { params } }: Context, mode: unknown): void {
  if (mode === undefined || MODES.includes(String(mode))) return
  delete params.response_mode // The app is told by a redirect.
  throw new errors.UnsupportedResponseMode()
}

/** Signing in is all that people are asked for. */
function signInOnly() {
  const policy = interactionPolicy.base()
  policy.remove('consent')
  // A session that was written while its user was erased, or signed out everywhere, is of nobody.
  const isGone = ({ oidc: { session, account } }: Context) => session?.accountId !== undefined && !account
  policy.get('login').checks.add(new interactionPolicy.Check('account_gone', 'the account is gone', isGone))
  return policy
}

/** Goes on with a sign-in only in the browser that began it: nobody gets another's code, nor another's session. */
const resumeOwn =
  (pages: Pages) =>
  async (context: Context, next: () => Promise<void>): Promise<void> => {
    if (!/^\/auth\//i.test(context.path)) return next() // as the router reads paths
    // The provider goes by the cookie, whatever follows in the path.
    const uid = context.cookies.get('resume')
    if (!uid || !pages.ownBrowser.isMarked(context.req, uid)) return pages.refuse(context, 400)
    await next()
    if (context.status === 303) pages.ownBrowser.clear(context.res, uid)
  }

/** Answers every invalid request to the authorization endpoint alike, so that nobody learns from it which clients there are. */
const hideClients =
  (pages: Pages) =>
  async (context: Context, next: () => Promise<void>): Promise<void> => {
    await next()
    if (context.oidc?.route !== 'authorization' || context.status < 400 || context.status >= 500) return
    if (context.accepts('json', 'html') === 'html') return pages.refuse(context, 400)
    context.status = 400
    context.body = NO_SIGN_IN
  }
