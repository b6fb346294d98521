import type { IncomingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'
import type { Claims } from './signed-context.ts'

/** The address that an anonymous request counts against: IPv4, or the /64 network of IPv6, all of which one client may have. */
export type AddressOf = (request: Request) => string

type Request = { headers: IncomingHttpHeaders; socket: { remoteAddress?: string | undefined } }

/**
 * Without proxies, the address is the connection's. With `proxies` in front of this process it is the `proxies`-th from the
 * right in `x-forwarded-for`, because clients can set everything left of that. If there is no address, the connection's is
 * used.
 */
export function createAddressOf(proxies: number): AddressOf {
  return ({ headers, socket }) => {
    const forwarded = proxies > 0 ? forwardedFor(headers['x-forwarded-for'], proxies) : undefined
    return networkOf(forwarded ?? socket.remoteAddress ?? '')
  }
}

/**
 * Whether the client used TLS, by what the first of our `proxies` says in `x-forwarded-proto`. Without proxies there is no TLS,
 * since no process of ours speaks it.
 */
export const createIsSecure =
  (proxies: number) =>
  ({ headers }: Pick<Request, 'headers'>): boolean => {
    if (proxies === 0) return false
    const entries = `${headers['x-forwarded-proto'] ?? ''}`.split(',')
    // Some proxies add their own, others replace what there is.
    return (entries.at(-proxies) ?? entries[0])?.trim().toLowerCase() === 'https'
  }

/** The key that a request or connection counts against, over any transport: its user, or without a token its address. */
export const quotaKey = (claims: Claims, address: () => string) =>
  claims ? `user ${claims.sub}` : `address ${address()}`

/** Node joins repeated headers of this name with commas, in their order. */
function forwardedFor(header: string | string[] | undefined, proxies: number): string | undefined {
  const entry = `${header ?? ''}`.split(',').at(-proxies)?.trim() ?? ''
  // Some proxies add the port.
  const [, bare = entry] = /^\[(.*)\](?::\d+)?$/.exec(entry) ?? /^([\d.]+):\d+$/.exec(entry) ?? []
  return isIP(bare) ? bare : undefined
}

function networkOf(address: string): string {
  if (!address.includes(':')) return address
  const groups = groupsOf(address)
  const [, , , , , mark, high = 0, low = 0] = groups
  const isMapped = mark === 0xffff && groups.slice(0, 5).every((group) => group === 0)
  if (isMapped) return [high >> 8, high & 255, low >> 8, low & 255].join('.')
  const network = groups.slice(0, 4).map((group) => group.toString(16))
  return `${network.join(':')}::/64`
}

/** The eight numbers of an IPv6 address, however it is written. */
function groupsOf(address: string): number[] {
  const [text = ''] = address.split('%') // what follows is a network card's name
  const [head = [], tail = []] = text.split('::').map((half) => half.split(':').filter(Boolean).flatMap(numbers))
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail]
}

function numbers(group: string): number[] {
  if (!group.includes('.')) return [Number.parseInt(group, 16)]
  const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number)
  return [a * 256 + b, c * 256 + d]
}
