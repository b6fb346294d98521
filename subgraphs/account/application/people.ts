import { getCountries } from 'libphonenumber-js/mobile'
import { isId } from '../../../chassis/ids.ts'
import { tokensFrom } from '../domain/revocation.ts'
import { ASKED_ROLES, type AskedRole, isErased, ROLES, type Role } from '../domain/user.ts'
import { mobileNumber, signInOf } from './phone.ts'
import type { AccountPorts, Users } from './ports.ts'

type Outcome = Promise<{ done: string } | { problem: string }>

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
 * Ends what a user is signed in by: access tokens, sessions, and refresh tokens with them. By the time, too, since a request that is
 * under way may write its session again. Should the process die in between, it is done again.
 */
export async function signOutEverywhere(
  { users, revocations, state }: Pick<AccountPorts, 'users' | 'revocations' | 'state'>,
  id: string,
  now: number,
): Promise<void> {
  await revocations.add({ kind: 'subject', id, before: tokensFrom(now) })
  await users.signOut(id, now)
  await state.destroyOf(id)
}

/** Whether a sign-in at this second (since 1970) is over, since the user has signed out everywhere since. */
export async function isSignedOut(users: Users, id: string, signedInAt: number | undefined): Promise<boolean> {
  const at = await users.signedOutAt(id)
  return at !== null && signedInAt !== undefined && signedInAt * 1_000 <= at
}

/** Who has asked for which role, oldest first, for an operator. */
export async function listAsked(users: Users): Outcome {
  const asked = await users.askedRoles()
  const lines = asked.map(({ userId, name, role, askedAt }) => `${askedAt.toISOString()}  ${userId}  ${role}  ${name}`)
  return { done: lines.join('\n') || 'Nobody has asked for a role.' }
}

/** Gives any role to a user; their next access token has it. */
export async function giveRole(users: Users, id: string, role: string): Outcome {
  const given = ROLES.find((each) => each === role)
  if (!given) return { problem: `No such role: ${role}. There are: ${ROLES.join(', ')}.` }
  const user = await find(users, id)
  if (!user) return { problem: `There is no user ${id}.` }
  const roles: Role[] = await users.giveRole(user.id, given)
  return { done: `${user.id} has the roles ${roles.join(', ')} now, in the next token: within 10 minutes.` }
}

/** Forgets that a user has asked for a role. They may ask again. */
export async function refuseRole(users: Users, id: string, role: string): Outcome {
  const asked = ASKED_ROLES.find((each) => each === role)
  const user = asked && (await find(users, id))
  if (!user || !(await users.refuseRole(user.id, asked))) return { problem: `${id} has not asked for ${role}.` }
  return { done: `${user.id} does not get ${role}.` }
}

/** The id and name of whoever signs in by a number, for an operator who was given it. */
export async function findByPhone(users: Users, typed: string): Outcome {
  const phone = mobileNumber(typed, getCountries())
  if (!phone) return { problem: `${typed} is no mobile number.` }
  const user = await users.bySignIn(signInOf(phone))
  return user
    ? { done: `${user.id}  ${user.roles.join(',')}  ${user.name}` }
    : { problem: `Nobody signs in by ${phone}.` }
}

/** As PostgreSQL writes ids, and so tokens do. */
const find = async (users: Users, id: string) =>
  isId(id) ? (await users.byIds([id.toLowerCase()])).find((user) => !isErased(user)) : undefined
