import type { IncomingMessage, ServerResponse } from 'node:http'
import { BodyTooLarge, type Handler, readBody, sendJson } from '../chassis/http.ts'
import type { Logger } from '../chassis/log.ts'
import type { Claims } from '../chassis/signed-context.ts'
import type { GraphQLHandler } from './apollo.ts'
import type { Authenticator } from './auth.ts'
import { correlation } from './correlation.ts'
import type { OperationParams } from './documents.ts'
import { code, refusal } from './errors.ts'
import type { EventStreams } from './live/sse.ts'
import type { Subscriber } from './live/types.ts'

const MAX_BODY_BYTES = 1024 * 1024
const RETRY_AFTER_S = 2
const EVENTS = 'text/event-stream'

/**
 * Makes the handler of `/graphql`: who asks is established first, then the request is read, then answered, by `handle` or,
 * where the client wants its answers as events, by `streams`.
 */
export function graphqlRoute(options: {
  authenticate: Authenticator
  handle: GraphQLHandler
  streams: EventStreams
  log: Logger
}): Handler {
  const { authenticate, handle, streams, log } = options

  return async (request, response) => {
    const started = performance.now()
    const headers = correlation(request.headers)
    const requestId = headers['x-request-id']
    response.setHeader('x-request-id', requestId)
    response.once('close', () => {
      const ms = Math.round(performance.now() - started)
      log.debug({ requestId, method: request.method, status: response.statusCode, ms }, 'request')
    })
    try {
      const who = await authenticate(request.headers.authorization)
      if (who.outcome !== 'known') return sendUnauthenticated(response, who)
      const { claims, expiresAt } = who
      if (wantsEvents(request)) await stream(request, response, { claims, expiresAt, headers }, streams)
      else await answer(request, response, { claims, headers }, handle)
    } catch (error) {
      log.error({ requestId, err: error }, 'request failed')
      if (response.headersSent) response.destroy()
      else sendJson(response, 500, refusal('Something went wrong here.', code.internal))
    }
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  caller: { claims: Claims; headers: Record<string, string> },
  handle: GraphQLHandler,
): Promise<void> {
  const body = request.method === 'POST' ? await readJson(request) : undefined
  if (body && 'refused' in body) return sendRefused(response, body)
  const url = request.url ?? '/'
  const result = await handle(
    {
      method: request.method ?? 'GET',
      headers: headerMap(request),
      search: url.includes('?') ? url.slice(url.indexOf('?')) : '',
      body: body?.json,
    },
    caller,
  )
  response.writeHead(result.status, { ...Object.fromEntries(result.headers), 'x-content-type-options': 'nosniff' })
  response.end(result.body)
}

/** The first that the client names of what can be had: `*\/*` and JSON are not events. */
function wantsEvents({ headers }: IncomingMessage): boolean {
  const types = (headers.accept ?? '').split(',').map((type) => type.split(';', 1)[0]?.trim().toLowerCase())
  return types.find((type) => type === EVENTS || type === '*/*' || /^application\/.*json$/.test(type ?? '')) === EVENTS
}

async function stream(
  request: IncomingMessage,
  response: ServerResponse,
  who: Subscriber,
  streams: EventStreams,
): Promise<void> {
  if (request.method !== 'POST' && request.method !== 'GET') {
    response.setHeader('allow', 'GET, POST')
    return sendJson(response, 405, refusal('GraphQL is asked by GET or POST.', code.badRequest))
  }
  const sent = request.method === 'POST' ? await readJson(request) : readSearch(request)
  if ('refused' in sent) return sendRefused(response, sent)
  if (typeof sent.json !== 'object' || sent.json === null) {
    return sendRefused(response, refused(400, 'A GraphQL request is a JSON object.', code.badRequest))
  }
  await streams.answer(request, response, sent.json, who)
}

/** What a GET asks for: `variables` are JSON there. */
function readSearch({ url = '' }: IncomingMessage): { json: OperationParams } | Refused {
  const search = new URLSearchParams(url.slice(url.indexOf('?') + 1))
  const variables = search.get('variables')
  try {
    return {
      json: {
        query: search.get('query') ?? undefined,
        operationName: search.get('operationName') || null,
        variables: variables ? JSON.parse(variables) : null,
      },
    }
  } catch {
    return refused(400, '`variables` is no valid JSON.', code.badRequest)
  }
}

function sendRefused(response: ServerResponse, { refused }: Refused): void {
  // What still comes is not read: the connection has no further use.
  if (refused.status === 413) response.setHeader('connection', 'close')
  sendJson(response, refused.status, refusal(refused.message, refused.code))
}

type Refused = { refused: { status: number; message: string; code: string } }

async function readJson(request: IncomingMessage): Promise<{ json: unknown } | Refused> {
  const [type = '', ...parameters] = (request.headers['content-type'] ?? '').toLowerCase().split(';')
  // A form that another site makes a browser send cannot have this type.
  if (type.trim() !== 'application/json' || parameters.some((p) => /charset=(?!"?utf-8)/.test(p))) {
    return refused(415, 'A GraphQL request is posted as application/json, in UTF-8.', code.badRequest)
  }
  try {
    return { json: JSON.parse((await readBody(request, MAX_BODY_BYTES)).toString()) }
  } catch (error) {
    if (error instanceof BodyTooLarge) {
      return refused(413, `The request is larger than ${MAX_BODY_BYTES} bytes.`, code.bodyTooLarge)
    }
    if (error instanceof SyntaxError) return refused(400, 'The request is no valid JSON.', code.badRequest)
    throw error
  }
}

const refused = (status: number, message: string, errorCode: string): Refused => ({
  refused: { status, message, code: errorCode },
})

function sendUnauthenticated(
  response: ServerResponse,
  who: { outcome: 'refused'; reason: string } | { outcome: 'unavailable' },
): void {
  if (who.outcome === 'refused') {
    // RFC 6750, section 3
    response.setHeader('www-authenticate', `Bearer error="invalid_token", error_description="${who.reason}"`)
    sendJson(response, 401, refusal(who.reason, code.unauthenticated))
  } else {
    response.setHeader('retry-after', RETRY_AFTER_S)
    const message = 'The token cannot be checked now: its issuer does not answer. Please try again.'
    sendJson(response, 503, refusal(message, code.issuerUnavailable))
  }
}

function headerMap(request: IncomingMessage): Map<string, string> {
  return new Map(
    Object.entries(request.headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value] as const],
    ),
  )
}
