import { idProblem, nameProblem } from './machine-clients.ts'
import type { App, Apps } from './ports.ts'

/** The addresses that one app may have. */
const MOST_ADDRESSES = 10

/** Why an app cannot be called back there; null if it can. */
function addressProblem(address: string): string | null {
  const url = URL.parse(address)
  if (!url || url.href.length > 500) return `${address} is no URL.`
  if (url.hash || address.includes('#') || url.username || url.password) {
    return `${address} has a fragment or a user in it.`
  }
  // A scheme of one word may be another app's; by the name of a domain it is whose domain it is (RFC 8252, 7.1).
  const isOwnScheme = /^[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+:$/.test(url.protocol)
  if (url.protocol === 'https:' || isOwnScheme) return null
  return `${address} begins neither with https: nor with a domain's name turned round, as com.example.app:/callback.`
}

/**
 * Registers an app in which people sign in; or says what is wrong with the request. One that exists is replaced only if that is
 * asked for, and those who are signed in stay so.
 */
export async function registerApp(
  apps: Apps,
  { replace, ...app }: App & { replace: boolean },
): Promise<{ done: string } | { problem: string }> {
  const { id, redirectUris } = app
  const count = redirectUris.length
  const problem =
    idProblem(id) ??
    nameProblem(app.name) ??
    (count === 0 || count > MOST_ADDRESSES ? `An app has 1 to ${MOST_ADDRESSES} addresses.` : null) ??
    redirectUris.map(addressProblem).find((each) => each !== null)
  if (problem) return { problem }
  if (replace) {
    if (await apps.replace(app)) return { done: `${id} is called back at ${redirectUris.join(', ')} from now on.` }
    return { problem: `There is no app ${id} to replace.` }
  }
  if (await apps.add(app)) return { done: `People can sign in to ${id}.` }
  return {
    problem: `There is an app or a machine client ${id} already. With --replace an app gets this name and these addresses.`,
  }
}
