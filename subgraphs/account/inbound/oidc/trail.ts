import type { Client, Context, Provider, Token } from 'oidc-provider'
import type { Audit } from '../../../../chassis/audit/audit.ts'
import type { AddressOf } from '../../../../chassis/client-address.ts'

/** Has the audit trail say which tokens the provider issues, and which requests for one it refuses. */
export function recordTokens(provider: Provider, audit: Audit, addressOf: AddressOf): void {
  const issued = ({ clientId, accountId, scope, gty = 'client_credentials', jti }: Token) =>
    audit.record({
      event: 'token',
      who: `client ${clientId}`,
      outcome: 'issued',
      ...(accountId !== undefined && { subject: accountId }),
      ...(scope && { scopes: scope.split(' ') }),
      grant: gty,
      // The `jti` of a JWT, which gives no access by itself.
      on: [jti],
    })
  const refused = (context: Context, error: Error) => {
    // Missing where no client of that id is registered; then what the caller wrote there is not recorded.
    const client: Client | undefined = context.oidc.client
    audit.recordRepeatable({
      event: 'token',
      who: `address ${addressOf(context.req)}`,
      outcome: 'error' in error && typeof error.error === 'string' ? error.error : 'server_error',
      ...(client && { on: [client.clientId] }),
    })
  }
  provider.on('access_token.issued', issued).on('client_credentials.issued', issued)
  provider.on('grant.error', refused).on('authorization.error', refused)
}
