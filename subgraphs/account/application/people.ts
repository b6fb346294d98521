import { tokensFrom } from '../domain/revocation.ts'
import type { AskedRole } from '../domain/user.ts'
import type { AccountPorts, Users } from './ports.ts'

/** Asks for a role; with `approvesItself` it is given at once, as in development. */
export async function askRole(
  users: Users,
  id: string,
  role: AskedRole,
  approvesItself: boolean,
): Promise<'asked' | 'given'> {
  if (!approvesItself) {
    await users.askRole(id, role)
    return 'asked'
  }
  await users.giveRole(id, role)
  return 'given'
}

/**
 * Ends what a user is signed in by: access tokens, sessions, and refresh tokens with them. The tokens first: should the process die
 * then, the user does it again.
 */
export async function signOutEverywhere(
  { revocations, state }: Pick<AccountPorts, 'revocations' | 'state'>,
  id: string,
  now: number,
): Promise<void> {
  await revocations.add({ kind: 'subject', id, before: tokensFrom(now) })
  await state.destroyOf(id)
}
