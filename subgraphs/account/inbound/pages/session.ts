import type { Provider, Session } from 'oidc-provider'
import type { Visit } from './visit.ts'

type Exchange = Pick<Visit, 'request' | 'response'>

const sessionOf = ({ request, response }: Exchange, provider: Provider): Promise<Session> =>
  provider.Session.get(provider.createContext(request, response))

/** The user who is signed in in this browser; null if nobody is. */
export const signedIn = async (provider: Provider, exchange: Exchange): Promise<string | null> =>
  (await sessionOf(exchange, provider)).accountId ?? null

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
