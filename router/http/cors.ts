import type { Handler } from '../../chassis/http.ts'

/** How long browsers may cache a preflight response, in seconds; this is Chromium's maximum. */
const MAX_AGE_S = '7200'
const ANY_PORT = ':*'

/**
 * Lets pages of these origins (`*`: all; `http://localhost:*`: any port) read the responses of `handle`. Without origins,
 * browsers allow only pages of the same origin. Credentials are not allowed, because cookies have no meaning here.
 */
export function withCors(origins: readonly string[], handle: Handler): Handler {
  if (origins.length === 0) return handle
  const all = origins.includes('*')
  const hosts = origins.filter((origin) => origin.endsWith(ANY_PORT)).map((origin) => origin.slice(0, -ANY_PORT.length))
  const isAllowed = (origin: string) =>
    all || origins.includes(origin) || hosts.includes(origin.replace(/(?<=[^:/]):\d+$/, ''))

  return (request, response) => {
    const {
      origin,
      'access-control-request-method': method,
      'access-control-request-headers': requestedHeaders,
    } = request.headers
    if (!all) response.appendHeader('vary', 'origin')
    if (origin === undefined || !isAllowed(origin)) return handle(request, response)
    response.setHeader('access-control-allow-origin', all ? '*' : origin)
    response.setHeader('access-control-expose-headers', 'x-request-id, retry-after, www-authenticate')
    if (request.method !== 'OPTIONS' || method === undefined) return handle(request, response)
    if (requestedHeaders) response.setHeader('access-control-allow-headers', requestedHeaders)
    response.writeHead(204, { 'access-control-allow-methods': 'GET, POST', 'access-control-max-age': MAX_AGE_S })
    response.end()
  }
}
