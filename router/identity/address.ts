import type { IncomingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'
import type { Claims } from '../../chassis/signed-context.ts'

/** Whom a request counts for that proves no user: an IPv4 address, or the /64 of an IPv6 one, since that is one client's. */
export type AddressOf = (request: Request) => string

type Request = { headers: IncomingHttpHeaders; socket: { remoteAddress?: string | undefined } }

/**
 * The address is the connection's; with `proxies` in front of this process it is the one that the first of them was asked
 * from: the `proxies`-th from the right in `x-forwarded-for`. What stands left of that is what the client made up. Where
 * no address stands there, the connection's counts.
 */
export function createAddressOf(proxies: number): AddressOf {
  return ({ headers, socket }) => {
    const forwarded = proxies > 0 ? forwardedFor(headers['x-forwarded-for'], proxies) : undefined
    return counted(forwarded ?? socket.remoteAddress ?? '')
  }
}

/** What a request or connection counts for, whatever way it comes: its user, without one its address. */
export const quotaKey = (claims: Claims, address: () => string) =>
  claims ? `user ${claims.sub}` : `address ${address()}`

/** Node joins headers of this name by commas, in their order. */
function forwardedFor(header: string | string[] | undefined, proxies: number): string | undefined {
  const entry = `${header ?? ''}`.split(',').at(-proxies)?.trim() ?? ''
  // Some proxies add the port.
  const [, bare = entry] = /^\[(.*)\](?::\d+)?$/.exec(entry) ?? /^([\d.]+):\d+$/.exec(entry) ?? []
  return isIP(bare) ? bare : undefined
}

function counted(address: string): string {
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
