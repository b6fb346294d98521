import { isId } from '../../../chassis/ids.ts'
import { type RevocationList, revocationKey } from '../../../chassis/revocations.ts'
import { type Revocation, tokensFrom } from '../domain/revocation.ts'
import { ROLES, type Role } from '../domain/user.ts'
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
 * Ends all tokens that a user or machine client has. With `roles` the user loses these, and their next tokens are without; that a
 * user has a role no longer, or never had it, is no problem. Whoever is not barred otherwise can get a new token.
 */
export async function revoke(
  { users, clients, revocations }: Pick<AccountPorts, 'users' | 'clients' | 'revocations'>,
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
    await revocations.add({ kind: 'subject', id: user.id, before })
    return { done: ENDED }
  }
  const client = await clients.find(request.id)
  if (!client) return { problem: `There is no user or machine client ${request.id}.` }
  if (request.roles) return { problem: `${client.id} is a machine client, which has no roles.` }
  await revocations.add({ kind: 'client', id: client.id, before })
  return { done: ENDED }
}

const isRole = (text: string): text is Role => (ROLES as readonly string[]).includes(text)
