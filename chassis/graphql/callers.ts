import { GraphQLError } from 'graphql'
import { isId } from '../ids.ts'
import type { Claims } from '../signed-context.ts'

/** Who asks, for certain. */
export type Caller = NonNullable<Claims>

/** The caller, who must be signed in; throws a GraphQL error (UNAUTHENTICATED) otherwise. */
function requireCaller(claims: Claims): Caller {
  if (claims) return claims
  throw new GraphQLError('Sign in first: this needs an access token.', { extensions: { code: 'UNAUTHENTICATED' } })
}

/** The caller, who must have the role; throws a GraphQL error (UNAUTHENTICATED or FORBIDDEN) otherwise. */
export function requireRole(claims: Claims, role: string): Caller {
  const caller = requireCaller(claims)
  // Our people have ids of ours: a token of another issuer names nobody here.
  if (caller.roles.includes(role) && isId(caller.sub)) return caller
  throw new GraphQLError(`Only someone with the role ${role} may do this.`, { extensions: { code: 'FORBIDDEN' } })
}

export const hasRole = (claims: Claims, role: string): boolean => claims?.roles.includes(role) ?? false
