import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>

/** Something the service lives on: `check` throws what is missing. Not ready without what is required. */
export type Need = { name: string; required: boolean; check: () => Promise<void> }

export class BodyTooLarge extends Error {}

/** The whole request body, at most `limit` bytes; throws BodyTooLarge beyond it. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  // Left early, the request must not take its connection with it: the answer goes the same way.
  const parts: AsyncIterable<Buffer> = request.iterator({ destroyOnReturn: false })
  for await (const chunk of parts) {
    size += chunk.length
    if (size > limit) throw new BodyTooLarge(`The body is larger than ${limit} bytes.`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
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
 * whatever `routes` (by exact path) and `fallback` know. Returns the port and a `close` that drains: no new
 * connections, requests under way are answered (those that take too long are cut off), idle connections are ended.
 */
export async function listen(options: {
  host: string
  port: number
  needs: Need[]
  routes: Record<string, Handler>
  fallback?: Handler
  drainMs?: number
}): Promise<{ server: Server; port: number; close: () => Promise<void> }> {
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

  const limits = { requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS / 2, connectionsCheckingInterval: 5_000 }
  const server = createServer(limits, async (request, response) => {
    if (draining) response.setHeader('connection', 'close')
    try {
      const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
      await (routes[path] ?? options.fallback ?? notFound)(request, response)
    } catch (error) {
      // Nothing internal leaks: the caller learns that it failed, the log (written by the handlers) why.
      if (response.headersSent) response.destroy()
      else if (error instanceof BodyTooLarge) {
        response.setHeader('connection', 'close') // What still comes is not read.
        sendJson(response, 413, { error: error.message })
      } else sendJson(response, 500, { error: 'Something went wrong here.' })
    }
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
      const cutOff = setTimeout(() => server.closeAllConnections(), options.drainMs ?? DRAIN_MS)
      server.close(() => {
        clearInterval(sweep)
        clearTimeout(cutOff)
        resolve()
      })
    })
  return { server, port, close }
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
