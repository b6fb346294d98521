import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { detached } from './detached.ts'
import { drain } from './draining.ts'
import { handedSocket } from './handed-socket.ts'
import { type IsOwnHost, misdirection } from './hosts.ts'
import { createLogger, type Logger } from './log.ts'
import { SAFE_HEADERS, SafeResponse } from './safe-headers.ts'
import { rejectAfter } from './within.ts'

export type Handler = (request: IncomingMessage, response: SafeResponse) => void | Promise<void>

/**
 * Is told of each response: the path of its route (`other` without one), its status (499: the client disconnected before it was
 * complete, as nginx has it), and the ms since the request.
 */
export type Observe = (path: string, status: number, ms: number, response: ServerResponse) => void

/** Takes over the connection of a WebSocket upgrade request; `head` is the data that followed the request. */
export type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void

/** A dependency of the service: `check` throws if it is unavailable. Without a required one the service is not ready. */
export type Need = { name: string; required: boolean; check: () => Promise<void> }

export class BodyTooLarge extends Error {}

/** There is no memory left for a request body. */
export class NoRoom extends Error {}

/** Memory that a chunk takes beside its bytes: a body sent byte by byte takes far more than its size. */
const OVERHEAD_PER_CHUNK = 128

/**
 * Reads the whole request body; throws BodyTooLarge beyond `limit` bytes. `hasRoom` is called for each chunk with the memory
 * that the body takes so far, in bytes; if it returns false, NoRoom is thrown.
 */
export function readBody(
  request: IncomingMessage,
  limit: number,
  hasRoom: (bytes: number) => boolean = () => true,
): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  // Events, since an async iterator doubles the cost of reading a small body.
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      chunks.push(chunk)
      if (size <= limit && hasRoom(size + chunks.length * OVERHEAD_PER_CHUNK)) return
      // The connection stays open for the response.
      request.pause()
      request.removeAllListeners('data')
      chunks.length = 0
      reject(
        size > limit
          ? new BodyTooLarge(`The body is larger than ${limit} bytes.`)
          : new NoRoom('No room for the body.'),
      )
    })
    // Each comes once at most. `once` would wrap it.
    request.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)))
    request.on('error', reject)
    // A client that disconnects in the middle of its body causes no other event.
    request.on('close', () => {
      if (!request.complete) reject(new Error('The request was cut off.'))
    })
  })
}

/** Sends a JSON response; `type` is its media type. */
export function sendJson(response: ServerResponse, status: number, body: unknown, type = 'application/json'): void {
  const text = JSON.stringify(body)
  response.writeHead(status, {
    'content-type': `${type}; charset=utf-8`,
    'content-length': Buffer.byteLength(text),
  })
  response.end(text)
}

/** A request that has not arrived completely after this time is answered with 408. */
const REQUEST_MS = 30_000
/** A dependency whose check takes longer counts as missing in `/ready`. */
const CHECK_MS = 2_000
/** Connections still open this long after `close` was called are destroyed, so that a hanging client can't delay a stop. */
const DRAIN_MS = 10_000

/**
 * Starts an HTTP server with `/health` (200 while the process answers), `/ready` (200, or 503; either with the list of
 * missing dependencies), the `routes` and WebSocket `upgrades` (both by exact path), and `fallback` for every other path.
 * Every response has SAFE_HEADERS. A request with two Host headers is refused (RFC 9112, 3.2).
 * It listens on the socket `socket` that it was handed (handed-socket.ts), by default `http`, or else on `host` and `port`. With
 * `http`, it answers `/health` and `/ready` on the handed socket `health`, too, which no other process shares.
 * `close` drains (draining.ts): it accepts no connections, answers with `connection: close`, and waits for running requests and
 * upgraded connections, and for idle ones until `hurry` is aborted, by default at once. Those left after `drainMs` are destroyed.
 */
export async function listen(options: {
  host: string
  port: number
  socket?: string
  needs: Need[]
  routes: Record<string, Handler>
  upgrades?: Record<string, Upgrade>
  fallback?: Handler
  /** The names in Host to which it answers (hosts.ts); by default to any. */
  isOwnHost?: IsOwnHost
  /** Whether the client used TLS; browsers are then told to keep to it. */
  isSecure?: (request: IncomingMessage) => boolean
  drainMs?: number
  requestMs?: number
  /** Gets the errors that handlers throw. */
  log?: Logger
  /** Gets all responses but those of `/health` and `/ready`. */
  observe?: Observe | undefined
}): Promise<{ server: Server; port: number; close: (hurry?: AbortSignal) => Promise<void> }> {
  const {
    socket: socketName = 'http',
    drainMs = DRAIN_MS,
    requestMs = REQUEST_MS,
    log = createLogger('http'),
    isOwnHost = () => true,
    isSecure = () => false,
  } = options
  let draining = false
  const answerReady: Handler = async (_, response) => {
    const missing: Record<string, string> = draining ? { process: 'is stopping' } : {}
    const outcomes = await Promise.allSettled(options.needs.map(({ check }) => rejectAfter(CHECK_MS, check())))
    let isReady = !draining
    options.needs.forEach((need, index) => {
      const outcome = outcomes[index]
      if (outcome?.status !== 'rejected') return
      missing[need.name] = String(outcome.reason?.message ?? outcome.reason)
      if (need.required) isReady = false
    })
    sendJson(response, isReady ? 200 : 503, { ready: isReady, missing })
  }
  const checks: Record<string, Handler> = {
    '/health': (_, response) => sendJson(response, 200, { alive: true }),
    '/ready': answerReady,
  }
  const routes: Record<string, Handler> = { ...options.routes, ...checks }
  const notFound: Handler = (_, response) => sendJson(response, 404, { error: 'There is nothing here.' })

  const upgradeOf = ({ url = '/', headers }: IncomingMessage) =>
    headers.upgrade?.toLowerCase() === 'websocket' ? options.upgrades?.[pathOf(url)] : undefined
  const serverOptions = {
    ServerResponse: SafeResponse,
    requestTimeout: requestMs,
    headersTimeout: requestMs / 2,
    connectionsCheckingInterval: Math.min(5_000, requestMs / 2),
    // An upgrade to another protocol, or on another path, is ignored: the request is answered as plain HTTP.
    shouldUpgradeCallback: (request: IncomingMessage) => upgradeOf(request) !== undefined,
  }
  const handle: Handler = async (request, response) => {
    response.isSecure = isSecure(request)
    if (draining) response.setHeader('connection', 'close')
    const path = pathOf(request.url ?? '/')
    if (options.observe && !checks[path]) whenClosed(response, routes[path] ? path : 'other', options.observe)
    const misdirected = misdirection(request, isOwnHost)
    if (misdirected) {
      response.setHeader('connection', 'close')
      return sendJson(response, misdirected, { error: 'The header Host must be there once, and name this server.' })
    }
    try {
      await (routes[path] ?? options.fallback ?? notFound)(request, response)
    } catch (error) {
      if (error instanceof BodyTooLarge && !response.headersSent) {
        response.setHeader('connection', 'close') // The rest of the body is not read.
        return sendJson(response, 413, { error: error.message })
      }
      if (isAborted(request)) return void response.destroy()
      // The client learns only that it failed; the reason goes to the log.
      log.error({ err: error }, 'a request failed')
      if (response.headersSent) response.destroy()
      else sendJson(response, 500, { error: 'Something went wrong here.' })
    }
  }
  const server = createServer(serverOptions, (request, response) =>
    detached(() => handle(request, response), {
      log,
      what: 'a request could not be answered',
      end: () => response.destroy(),
    }),
  )
  // Once upgraded, a connection is no longer tracked by the server.
  const upgraded = new Set<Duplex>()
  const untrack = function (this: Duplex) {
    upgraded.delete(this)
  }
  server.on('upgrade', (request, socket, head) => {
    const misdirected = misdirection(request, isOwnHost)
    if (misdirected) return refuseUpgrade(socket, misdirected)
    upgraded.add(socket)
    socket.on('close', untrack) // `once` would allocate a wrapper per connection.
    const upgrade = () => upgradeOf(request)?.(request, socket, head)
    detached(upgrade, { log, what: 'a connection could not be upgraded', end: () => socket.destroy() })
  })
  const port = await bind(server, socketName, options)
  const health = socketName === 'http' ? await listenForChecks(checks) : undefined

  const close = async (hurry?: AbortSignal) => {
    draining = true
    await drain(server, upgraded, { ms: drainMs, hurry })
    health?.closeAllConnections()
    health?.close()
  }
  return { server, port, close }
}

/** Listens on the handed socket of this name, or else on `host` and `port`; resolves with the port. */
async function bind(server: Server, name: string, { host, port }: { host: string; port: number }): Promise<number> {
  const fd = handedSocket(name)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    if (fd === undefined) server.listen(port, host, resolve)
    else server.listen({ fd }, resolve)
  })
  return (server.address() as AddressInfo).port
}

/** A server of these paths alone, on the handed socket `health`; undefined if there is none. */
async function listenForChecks(checks: Record<string, Handler>): Promise<Server | undefined> {
  const fd = handedSocket('health')
  if (fd === undefined) return undefined
  const server = createServer({ ServerResponse: SafeResponse }, (request, response) => {
    const check = checks[pathOf(request.url ?? '/')]
    if (check) return void check(request, response)
    sendJson(response, 404, { error: 'There is nothing here.' })
  })
  await new Promise<void>((resolve) => server.listen({ fd }, resolve))
  return server
}

/** Whether the client disconnected before its request was complete. */
const isAborted = (request: IncomingMessage) => request.destroyed && !request.complete

/** The path of a request target in origin-form, or in absolute-form (RFC 9112, 3.2.2), in which clients send it to proxies. */
function pathOf(target: string): string {
  const path = target.startsWith('/') ? target : target.replace(/^https?:\/\/[^/?]*/i, '')
  return path.split('?', 1)[0] || '/'
}

/** Refuses a WebSocket upgrade with an HTTP status, and closes the connection. */
export function refuseUpgrade(socket: Duplex, status: 400 | 421 | 429 | 503): void {
  socket.on('error', () => socket.destroy())
  const headers = {
    ...(status >= 429 && { 'Retry-After': '2' }),
    ...SAFE_HEADERS,
    Connection: 'close',
    'Content-Length': '0',
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  const text = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines, '', ''].join('\r\n')
  socket.end(text, () => socket.destroy())
}

/** Calls `observe` when the response is complete, or its connection is gone. */
export function whenClosed(response: ServerResponse, path: string, observe: Observe): void {
  const started = performance.now()
  response.on('close', () => {
    const status = response.writableFinished ? response.statusCode : 499
    observe(path, status, performance.now() - started, response)
  })
}
