import type { IncomingMessage } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { Agent } from 'undici'
import { type AddressOf, quotaKey } from '../../chassis/client-address.ts'
import { type Handler, sendJson } from '../../chassis/http.ts'
import type { Logger } from '../../chassis/log.ts'
import type { RateLimit } from '../../chassis/rate-limit.ts'
import type { SafeResponse } from '../../chassis/safe-headers.ts'

/** Requests that are passed on at once, to all programs; a program that hangs takes no more. */
const AT_ONCE = 64
/** The time that the other program may leave unused, before its answer begins and within it. */
const SILENCE_MS = 30_000
/** A client that reads nothing for this time is disconnected. */
const STALLED_MS = 30_000
const CONNECT_MS = 2_000

/** The only headers that are passed on. No cookies: they have no meaning here, and belong to other paths of the site. */
const TO_PROGRAM = ['authorization', 'content-type', 'content-length', 'if-none-match', 'accept', 'x-request-id']
const TO_CLIENT = [
  ...['content-type', 'content-length', 'cache-control', 'etag', 'retry-after', 'www-authenticate', 'allow'],
  'cross-origin-resource-policy',
]
const METHODS = ['GET', 'HEAD', 'POST']

/** Passes requests for a path on to another program: what is no GraphQL, such as a file, but comes in by the same door. */
export function createPassOn(options: { addressOf: AddressOf; rateLimit: Pick<RateLimit, 'take'>; log: Logger }) {
  const { addressOf, rateLimit, log } = options
  const agent = new Agent({
    headersTimeout: SILENCE_MS,
    bodyTimeout: SILENCE_MS,
    connect: { timeout: CONNECT_MS },
    connections: AT_ONCE,
    pipelining: 1,
  })
  let underWay = 0

  const forward = async (target: URL, request: IncomingMessage, response: SafeResponse) => {
    const query = request.url?.split('?')[1]
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    response.setTimeout(STALLED_MS, () => response.destroy())
    const answer = await agent.request({
      origin: target.origin,
      path: query === undefined ? target.pathname : `${target.pathname}?${query}`,
      method: request.method as 'GET' | 'HEAD' | 'POST', // One of METHODS.
      headers: pick(request.headers, TO_PROGRAM),
      body: request.method === 'POST' ? request : null,
      signal: gone.signal,
    })
    // What is left of a body that the program did not want is not read, so the connection cannot be used again.
    if (!request.complete) response.setHeader('connection', 'close')
    response.writeHead(answer.statusCode, pick(answer.headers, TO_CLIENT))
    await pipeline(answer.body, response)
  }

  const to =
    (target: URL): Handler =>
    async (request, response) => {
      if (!METHODS.includes(request.method ?? '')) {
        response.setHeader('allow', METHODS.join(', '))
        return sendJson(response, 405, { error: 'There is nothing here for this method.' })
      }
      const waitMs = rateLimit.take(quotaKey(null, () => addressOf(request)))
      if (waitMs > 0) return sendLater(response, 429, Math.ceil(waitMs / 1_000))
      if (underWay >= AT_ONCE) return sendLater(response, 503, 2)
      underWay++
      try {
        await forward(target, request, response)
      } catch (error) {
        if (response.destroyed || response.headersSent) return void response.destroy()
        log.warn({ err: error, path: target.pathname }, 'a request could not be passed on')
        response.setHeader('connection', 'close')
        sendLater(response, 503, 2)
      } finally {
        underWay--
      }
    }
  return { to, close: () => agent.destroy() }
}

function sendLater(response: SafeResponse, status: 429 | 503, seconds: number): void {
  response.setHeader('retry-after', seconds)
  sendJson(response, status, { error: status === 429 ? 'Too many requests.' : 'This is unavailable at present.' })
}

/** Those of the headers that are there. */
function pick(headers: IncomingMessage['headers'], names: readonly string[]): Record<string, string | string[]> {
  const found = names.flatMap((name) => {
    const value = headers[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return Object.fromEntries(found)
}
