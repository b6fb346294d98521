import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'

/** Whether a request's header Host, if it has one, names this server. */
export type IsOwnHost = (host: string | undefined) => boolean

const HOST = 'host'
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i

/** Whether a URL's hostname is an address, so no name that a server's certificate could be for. */
export const isAddress = (hostname: string): boolean => isIP(hostname.replaceAll(/[[\]]/g, '')) !== 0

/**
 * The hosts of a port that is not for browsers. By DNS rebinding, a web page can have its reader's browser ask a port of the
 * reader's machine, or of its network; the browser then says the page's own host. A port on a loopback address answers to
 * loopback names only, one on another address to loopback names and these `names`, or to any if there are none.
 */
export function innerHosts(listensOn: string, names: readonly string[] = []): IsOwnHost {
  if (names.length === 0 && !LOOPBACK.test(listensOn)) return () => true
  const own = new Set(names.map((name) => name.toLowerCase()))
  return (host) => {
    if (host === undefined) return true // No browser: they all send it.
    const name = host.replace(/:\d*$/, '').toLowerCase()
    return LOOPBACK.test(name) || own.has(name)
  }
}

/** The status to refuse a request with that has more than one Host, or is meant for another server. */
export function misdirection({ rawHeaders, headers }: IncomingMessage, isOwnHost: IsOwnHost): 400 | 421 | null {
  let hosts = 0
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? ''
    if (name.length === HOST.length && name.toLowerCase() === HOST) hosts++
  }
  if (hosts > 1) return 400
  return isOwnHost(headers.host) ? null : 421
}
