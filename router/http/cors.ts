import type { Handler } from '../../chassis/http.ts'

/** Browsers ask again after this, in seconds (Chromium takes no more). */
const ASK_AGAIN_S = '7200'

/**
 * Lets pages of these origins (`*`: of all) read what `handle` answers; without any, browsers keep it from every page but
 * those of the same origin. Cookies mean nothing here, so none are asked for.
 */
export function withCors(origins: readonly string[], handle: Handler): Handler {
  if (origins.length === 0) return handle
  const all = origins.includes('*')

  return (request, response) => {
    const { origin, 'access-control-request-method': method, 'access-control-request-headers': asked } = request.headers
    if (!all) response.setHeader('vary', 'origin')
    if (origin === undefined || !(all || origins.includes(origin))) return handle(request, response)
    response.setHeader('access-control-allow-origin', all ? '*' : origin)
    response.setHeader('access-control-expose-headers', 'x-request-id, retry-after, www-authenticate')
    if (request.method !== 'OPTIONS' || method === undefined) return handle(request, response)
    if (asked) response.setHeader('access-control-allow-headers', asked)
    response.writeHead(204, { 'access-control-allow-methods': 'GET, POST', 'access-control-max-age': ASK_AGAIN_S })
    response.end()
  }
}
