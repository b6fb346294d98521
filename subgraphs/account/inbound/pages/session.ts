import type { Provider, Session } from 'oidc-provider'
import { isSignedOut } from '../../application/people.ts'
import type { Users } from '../../application/ports.ts'
import { isErased, type User } from '../../domain/user.ts'
import type { Visit } from './visit.ts'

type Exchange = Pick<Visit, 'request' | 'response'>

const sessionOf = ({ request, response }: Exchange, provider: Provider): Promise<Session> =>
  provider.Session.get(provider.createContext(request, response))

/** The user who is signed in in this browser; null if nobody is. */
export async function signedIn(provider: Provider, users: Users, exchange: Exchange): Promise<User | null> {
  const { accountId: id, loginTs } = await sessionOf(exchange, provider)
  if (id === undefined || (await isSignedOut(users, id, loginTs))) return null
  return (await users.byIds([id])).find((user) => !isErased(user)) ?? null
}

/** Whether somebody has signed in in this browser within the last `withinS` seconds, by a code and not by its session. */
export async function hasJustSignedIn(provider: Provider, exchange: Exchange, withinS: number): Promise<boolean> {
  const { loginTs = 0 } = await sessionOf(exchange, provider)
  return loginTs > Date.now() / 1_000 - withinS
}

/**
 * Makes room for another person in this browser's session: the apps of the one before are signed out. The provider would do so by a
 * page with a script.
 */
export async function changePerson(provider: Provider, exchange: Exchange, accountId: string): Promise<void> {
  const session = await sessionOf(exchange, provider)
  if (!session.accountId || session.accountId === accountId) return
  // Refresh tokens are good as long as their session has their user and grant.
  delete session.accountId
  delete session.authorizations
  await session.persist()
}
