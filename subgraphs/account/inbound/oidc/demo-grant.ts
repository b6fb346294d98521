import { errors, type Provider } from 'oidc-provider'
import { hashSecret } from '../../application/machine-clients.ts'
import type { Users } from '../../application/ports.ts'
import { demoUser, demoUsers } from '../../demo-users.ts'
import { apiFor } from './api.ts'

/** How `npm run token` asks for a demo user's token. Registered in development only. */
export const DEMO_GRANT = 'urn:flower-delivery:demo'

/** The only client the grant is open to; its secret is DEMO_SECRET. */
export const demoClient = (demoSecret: string) => ({
  client_id: 'demo',
  client_secret: hashSecret(demoSecret),
  grant_types: [DEMO_GRANT],
  response_types: [],
  redirect_uris: [],
  token_endpoint_auth_method: 'client_secret_basic',
})

/** Adds the grant: `user` is a demo user's or a numbered customer's sign-in identifier, the answer an access token as the apps will get it. */
export function registerDemoGrant(provider: Provider, users: Users, audience: string): void {
  provider.registerGrantType(
    DEMO_GRANT,
    async (context) => {
      const { client, params } = context.oidc
      const login = String(params.user ?? '')
      const demo = demoUser(login)
      if (!demo) {
        const known = [...demoUsers.map((demo) => demo.login), 'customer-1 to customer-1000'].join(', ')
        // InvalidGrant hides its description from the caller, and this one is for a developer to read.
        throw new errors.CustomOIDCProviderError(
          'invalid_grant',
          `There is no demo user "${login}". There are: ${known}.`,
        )
      }
      const { login: _, ...user } = demo
      // Numbered customers are made when they first come; the others are there, and stay as they are.
      if (!(await users.bySignIn(login))) await users.keep(user, login)
      const token = new provider.AccessToken({ accountId: user.id, client, gty: DEMO_GRANT })
      token.resourceServer = new provider.ResourceServer(audience, apiFor(client, audience))
      context.body = { access_token: await token.save(), expires_in: token.expiration, token_type: token.tokenType }
    },
    ['user'],
  )
}
