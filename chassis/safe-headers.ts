import type { ServerResponse } from 'node:http'

/**
 * The headers of every response, unless its handler sets others: no cache keeps it, no browser guesses its type, and if it is shown
 * as a page, it loads nothing, is in no frame and tells no other site its address.
 */
export const SAFE_HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
}

/** A year. Only over TLS (RFC 6797, 7.2); other hosts of the same domain may not have it. */
const TRANSPORT_SECURITY = 'max-age=31536000'

/** Sets them, and with `isSecure` has browsers keep to TLS. What a handler sets afterwards replaces them. */
export function setSafeHeaders(response: ServerResponse, isSecure: boolean): void {
  for (const name in SAFE_HEADERS) response.setHeader(name, SAFE_HEADERS[name] ?? '')
  if (isSecure) response.setHeader('strict-transport-security', TRANSPORT_SECURITY)
}
