/** Whether a request's header Host, if it has one, names this server. */
export type IsOwnHost = (host: string | undefined) => boolean

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i

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
