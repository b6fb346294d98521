import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { detached } from './detached.ts'
import { createLogger, type Logger } from './log.ts'

export type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>

/** Takes over the connection of a request that asks for a WebSocket; `head` is what came behind the request. */
export type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void

/** Something the service lives on: `check` throws what is missing. Not ready without what is required. */
export type Need = { name: string; required: boolean; check: () => Promise<void> }

export class BodyTooLarge extends Error {}

export class NoRoom extends Error {}

/** Bytes that a piece of a body takes beside its own: who sends them one by one sends far more than it seems. */
const PER_PIECE = 128

/**
 * The whole request body, at most `limit` bytes; throws BodyTooLarge beyond it. `hasRoom` is asked with the memory that it
 * takes so far, in bytes; where there is none, NoRoom is thrown.
 */
export function readBody(
  request: IncomingMessage,
  limit: number,
  hasRoom: (bytes: number) => boolean = () => true,
): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  // By its events: an async iterator costs as much as all the rest of reading a small body.
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      chunks.push(chunk)
      if (size <= limit && hasRoom(size + chunks.length * PER_PIECE)) return
      // The connection stays: the answer goes the same way.
      request.pause()
      request.removeAllListeners('data')
      chunks.length = 0
      reject(
        size > limit
          ? new BodyTooLarge(`The body is larger than ${limit} bytes.`)
          : new NoRoom('No room for the body.'),
      )
    })
    request.once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)))
    request.once('error', reject)
    // A client that goes in the middle of its body says no more.
    request.once('close', () => {
      if (!request.complete) reject(new Error('The request was cut off.'))
    })
  })
}

/** Answers JSON with the given status. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body)
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  })
  response.end(text)
}

/** A client that sends its request slower than this, or hangs in the middle of it, is cut off (408). */
const REQUEST_MS = 30_000
/** What `/ready` can't learn in this time is missing. */
const CHECK_MS = 2_000
/** Requests still under way so long after `close` are cut off: who stops a service waits for no client that hangs. */
const DRAIN_MS = 10_000

/**
 * Listens, and answers `/health` (the process can still answer), `/ready` (503 and the list of what is missing) and
 * whatever `routes` (by exact path) and `fallback` know; `upgrades` (likewise) get the requests for a WebSocket. Returns
 * the port and a `close` that drains: no new connections, requests under way are answered (those that take too long are
 * cut off), idle connections are ended. Upgraded ones are their owner's to end, and cut off where it has not.
 */
export async function listen(options: {
  host: string
  port: number
  needs: Need[]
  routes: Record<string, Handler>
  upgrades?: Record<string, Upgrade>
  fallback?: Handler
  drainMs?: number
  requestMs?: number
  /** Hears of what handlers throw. */
  log?: Logger
}): Promise<{ server: Server; port: number; close: () => Promise<void> }> {
  const { requestMs = REQUEST_MS, log = createLogger('http') } = options
  let draining = false
  const ready: Handler = async (_, response) => {
    const missing: Record<string, string> = draining ? { process: 'is stopping' } : {}
    const outcomes = await Promise.allSettled(options.needs.map(({ check }) => within(CHECK_MS, check())))
    let isReady = !draining
    options.needs.forEach((need, index) => {
      const outcome = outcomes[index]
      if (outcome?.status !== 'rejected') return
      missing[need.name] = String(outcome.reason?.message ?? outcome.reason)
      if (need.required) isReady = false
    })
    sendJson(response, isReady ? 200 : 503, { ready: isReady, missing })
  }
  const routes: Record<string, Handler> = {
    ...options.routes,
    '/health': (_, response) => sendJson(response, 200, { alive: true }),
    '/ready': ready,
  }
  const notFound: Handler = (_, response) => sendJson(response, 404, { error: 'There is nothing here.' })

  const upgradeOf = ({ url = '/', headers }: IncomingMessage) =>
    headers.upgrade?.toLowerCase() === 'websocket' ? options.upgrades?.[pathOf(url)] : undefined
  const serverOptions = {
    requestTimeout: requestMs,
    headersTimeout: requestMs / 2,
    connectionsCheckingInterval: Math.min(5_000, requestMs / 2),
    // Whoever offers another protocol, or this one elsewhere, is answered in HTTP as if nothing had been offered.
    shouldUpgradeCallback: (request: IncomingMessage) => upgradeOf(request) !== undefined,
  }
  const answer: Handler = async (request, response) => {
    if (draining) response.setHeader('connection', 'close')
    try {
      await (routes[pathOf(request.url ?? '/')] ?? options.fallback ?? notFound)(request, response)
    } catch (error) {
      if (error instanceof BodyTooLarge && !response.headersSent) {
        response.setHeader('connection', 'close') // What still comes is not read.
        return sendJson(response, 413, { error: error.message })
      }
      if (isCutOff(request)) return void response.destroy()
      // Nothing internal leaks: the caller learns that it failed, the log why.
      log.error({ err: error }, 'a request failed')
      if (response.headersSent) response.destroy()
      else sendJson(response, 500, { error: 'Something went wrong here.' })
    }
  }
  const server = createServer(serverOptions, (request, response) =>
    detached(() => answer(request, response), {
      ...{ log, what: 'a request could not be answered' },
      end: () => response.destroy(),
    }),
  )
  // The server knows nothing of a connection any more once it is upgraded.
  const upgraded = new Set<Duplex>()
  const forget = function (this: Duplex) {
    upgraded.delete(this)
  }
  server.on('upgrade', (request, socket, head) => {
    if (draining) return refuseUpgrade(socket, 503)
    upgraded.add(socket)
    socket.on('close', forget) // `once` would hold a wrapper for each.
    const upgrade = () => upgradeOf(request)?.(request, socket, head)
    detached(upgrade, { log, what: 'a connection could not be upgraded', end: () => socket.destroy() })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, resolve)
  })
  const { port } = server.address() as AddressInfo

  const close = () =>
    new Promise<void>((resolve) => {
      draining = true
      // A connection kept alive after its last answer would hold the end up for as long as it is kept.
      const sweep = setInterval(() => server.closeIdleConnections(), 50)
      const cutOff = setTimeout(() => {
        server.closeAllConnections()
        for (const socket of upgraded) socket.destroy()
      }, options.drainMs ?? DRAIN_MS)
      server.close(() => {
        clearInterval(sweep)
        clearTimeout(cutOff)
        resolve()
      })
    })
  return { server, port, close }
}

/** The client has gone in the middle of its request. */
const isCutOff = (request: IncomingMessage) => request.destroyed && !request.complete

const pathOf = (url: string) => url.split('?', 1)[0] ?? '/'

/** Answers a request for a WebSocket with an HTTP status instead, and ends its connection. */
export function refuseUpgrade(socket: Duplex, status: 429 | 503): void {
  socket.on('error', () => socket.destroy())
  const retry = 'Retry-After: 2\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${retry}`, () => socket.destroy())
}

function within<Answer>(ms: number, answer: Promise<Answer>): Promise<Answer> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error('does not answer')), ms)
  return Promise.race([answer, promise]).finally(() => clearTimeout(timer))
}

/** Runs `stop` once on SIGTERM or SIGINT, then exits 0; exits 1 where it fails or takes longer than `deadlineMs`. */
export function stopOnSignal(stop: () => Promise<void>, deadlineMs = 20_000): void {
  let stopping = false
  const handle = () => {
    if (stopping) return
    stopping = true
    setTimeout(() => process.exit(1), deadlineMs).unref()
    stop().then(
      () => process.exit(0),
      (error) => {
        console.error(error)
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', handle)
  process.on('SIGINT', handle)
}
