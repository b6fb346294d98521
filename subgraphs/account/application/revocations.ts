import { isId } from '../../../chassis/ids.ts'
import { type RevocationList, revocationKey } from '../../../chassis/revocations.ts'
import { type Revocation, tokensFrom } from '../domain/revocation.ts'
import { ROLES, type Role } from '../domain/user.ts'
import { signOutEverywhere } from './people.ts'
import type { AccountPorts } from './ports.ts'

/** The list that routers read. A key's `kid` is its thumbprint (signing-keys.ts). */
export function revocationList(revocations: Revocation[]): RevocationList {
  const times = (kind: Revocation['kind']) =>
    revocations.filter((each) => each.kind === kind).map(({ id, before }) => [revocationKey(id), before])
  return {
    subjects: Object.fromEntries(times('subject')),
    clients: Object.fromEntries(times('client')),
    keys: revocations.filter(({ kind }) => kind === 'key').map(({ id }) => id),
  }
}

const ENDED = 'Tokens from before are refused at every router within a minute.'

type Done = { done: string }
type Problem = { problem: string }

/**
 * Ends all tokens that a user, machine client or app has, an app's refresh tokens with them, and signs the user out everywhere. With `roles` the user loses these, stays
 * signed in, and their next tokens are without; that a user has a role no longer, or never had it, is no problem. Whoever is not
 * barred otherwise can get a new token.
 */
export async function revoke(
  {
    users,
    clients,
    apps,
    revocations,
    state,
  }: Pick<AccountPorts, 'users' | 'clients' | 'apps' | 'revocations' | 'state'>,
  request: { id: string; roles?: string[] | undefined },
  now: number,
): Promise<Done | Problem> {
  const { roles = [] } = request
  const unknown = roles.filter((role) => !isRole(role))
  if (unknown.length > 0) return { problem: `No such role: ${unknown.join(', ')}. There are: ${ROLES.join(', ')}.` }
  const before = tokensFrom(now)
  // As PostgreSQL writes it, and so tokens do.
  const user = isId(request.id) ? (await users.byIds([request.id.toLowerCase()])).at(0) : undefined
  if (user && request.roles) {
    const left = await users.removeRoles(user.id, roles.filter(isRole), before)
    return { done: `${user.id} has the roles ${left.join(', ') || '(none)'} now. ${ENDED}` }
  }
  if (user) {
    await signOutEverywhere({ users, revocations, state }, user.id, now)
    return { done: `${ENDED} The user is signed out everywhere.` }
  }
  const client = (await clients.find(request.id)) ?? (await apps.find(request.id))
  if (!client) return { problem: `There is no user, machine client or app ${request.id}.` }
  if (request.roles) return { problem: `${client.id} is a machine client or an app, which has no roles.` }
  await revocations.add({ kind: 'client', id: client.id, before })
  return { done: ENDED }
}

export const isRole = (text: string): text is Role => (ROLES as readonly string[]).includes(text)
