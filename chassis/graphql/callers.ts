import { GraphQLError } from 'graphql'
import { isId } from '../ids.ts'
import type { Claims } from '../signed-context.ts'

/** An authenticated caller. */
export type Caller = NonNullable<Claims>

/** The caller; throws a GraphQL error (UNAUTHENTICATED) without a token. */
function requireCaller(claims: Claims): Caller {
  if (claims) return claims
  throw new GraphQLError('Sign in first: this needs an access token.', { extensions: { code: 'UNAUTHENTICATED' } })
}

/** The caller, if it has the role; otherwise throws a GraphQL error (UNAUTHENTICATED or FORBIDDEN). */
export function requireRole(claims: Claims, role: string): Caller {
  const caller = requireCaller(claims)
  // Our users have UUIDs; another subject comes from a token of a foreign issuer, and is none of our users.
  if (caller.roles.includes(role) && isId(caller.sub)) return caller
  throw new GraphQLError(`Only someone with the role ${role} may do this.`, { extensions: { code: 'FORBIDDEN' } })
}

export const hasRole = (claims: Claims, role: string): boolean => claims?.roles.includes(role) ?? false
