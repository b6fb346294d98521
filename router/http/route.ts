import type { IncomingMessage, ServerResponse } from 'node:http'
import { type AddressOf, quotaKey } from '../../chassis/client-address.ts'
import type { Handler } from '../../chassis/http.ts'
import type { Logger } from '../../chassis/log.ts'
import type { RateLimit } from '../../chassis/rate-limit.ts'
import { code, type ErrorCode, errorBody, OVERLOADED_MESSAGE, RATE_LIMITED_MESSAGE } from '../errors.ts'
import type { Authentication, Authenticator, Known } from '../identity/authenticate.ts'
import type { Admission } from '../limits/load.ts'
import type { WorkQueue } from '../limits/work-queue.ts'
import type { EventStreams } from '../live/clients/sse.ts'
import type { Caller } from '../operation.ts'
import { correlation } from '../request/correlation.ts'
import { acceptsEvents, prefersEvents } from '../request/negotiate.ts'
import { sendErrors } from '../request/refuse.ts'
import type { Answerer, HttpAnswer } from './answer.ts'
import type { BodyMemory } from './body-memory.ts'
import { compress, type Encoded } from './compress.ts'
import { type ReadRequest, type Refused, readParams, refusedTurn } from './read.ts'
import type { UnreadAnswers } from './unread-answers.ts'

export type RouteOptions = {
  authenticate: Authenticator
  addressOf: AddressOf
  answer: Answerer
  streams: EventStreams
  rateLimit: Pick<RateLimit, 'take'>
  admission: Admission
  /** Large requests are read in turns, and what they take counts against the client. */
  work: Pick<WorkQueue, 'run'>
  maxBodyBytes: number
  bodies: BodyMemory
  unread: UnreadAnswers
  /** After this the client gets a timeout; requests to subgraphs that are under way continue. */
  timeoutMs: number
  log: Logger
}

const RETRY_AFTER_S = 2

/**
 * Creates the handler of `/graphql`. It authenticates the client, checks its rate, reads the request, and has it answered
 * by `streams` if the client prefers events, or accepts them for a subscription, otherwise by `answer` after admission.
 */
export function graphqlRoute(options: RouteOptions): Handler {
  const { authenticate, addressOf, streams, rateLimit, admission, work, maxBodyBytes, bodies, log } = options

  const respond = async (request: IncomingMessage, response: ServerResponse, headers: Caller['headers']) => {
    const address = () => addressOf(request)
    const authenticating = authenticate(request.headers.authorization, address, headers['x-request-id'])
    // Only what has to be waited for is: each `await` is a turn of the microtask queue.
    const authentication = authenticating instanceof Promise ? await authenticating : authenticating
    if (authentication.outcome !== 'known') return sendUnauthenticated(response, authentication)
    const { claims } = authentication
    const caller = { claims, headers, quotaKey: quotaKey(claims, address) }
    const waitMs = rateLimit.take(caller.quotaKey)
    if (waitMs > 0) return sendRateLimited(response, waitMs)
    const read = await readParams(request, maxBodyBytes, bodies, (task) => work.run(caller.quotaKey, task))
    if ('refused' in read) return sendRefused(response, read)
    const { accept } = request.headers
    if (
      prefersEvents(accept) ||
      (acceptsEvents(accept) && (await streams.isSubscription(read.params, caller.quotaKey)))
    )
      return respondWithEvents(request, response, read, caller, authentication)

    const release = admission.admitAtOnce(caller.quotaKey) ?? (await admission.admit(caller.quotaKey))
    if (!release) return sendRetryLater(response, 503, RETRY_AFTER_S, OVERLOADED_MESSAGE, code.overloaded)
    try {
      await answerInTime(options, response, { ...read, accept }, caller)
    } finally {
      release()
    }
  }

  const respondWithEvents = async (
    request: IncomingMessage,
    response: ServerResponse,
    { params, isLarge }: ReadRequest,
    caller: Caller & { quotaKey: string },
    { expiresAt, revocable }: Known,
  ) => {
    const handle = () => streams.handle(request, response, params, { ...caller, expiresAt, revocable })
    if (!isLarge) return handle()
    const turn = await work.run(caller.quotaKey, () => ({ handling: handle() }))
    return 'refused' in turn ? sendRefused(response, refusedTurn(turn)) : turn.result.handling
  }

  return async (request, response) => {
    const headers = correlation(request.headers)
    const requestId = headers['x-request-id']
    response.addCommon('x-request-id', requestId)
    if (log.isLevelEnabled('debug')) logRequest(request, response, requestId, log)
    try {
      await respond(request, response, headers)
    } catch (error) {
      if (request.destroyed && !request.complete) {
        log.debug({ requestId, err: error }, 'the client was gone before it had sent its request')
        return void response.destroy()
      }
      log.error({ requestId, err: error }, 'request failed')
      if (response.headersSent) response.destroy()
      else sendErrors(response, 500, errorBody('Something went wrong here.', code.internal))
    } finally {
      bodies.release(request)
    }
  }
}

const UNCHECKED = 'The token cannot be checked now: its issuer does not answer. Please try again.'
const TOO_SLOW = 'The request timed out.'

async function answerInTime(
  { answer, unread, timeoutMs }: RouteOptions,
  response: ServerResponse,
  request: Parameters<Answerer>[0],
  caller: Caller,
): Promise<void> {
  const timer = setTimeout(() => {
    if (!response.headersSent) sendErrors(response, 504, errorBody(TOO_SLOW, code.timeout))
  }, timeoutMs)
  try {
    const answered = await answer(request, caller)
    const encoding = compress(answered.body, response.req.headers['accept-encoding'])
    const encoded = encoding instanceof Promise ? await encoding : encoding
    if (response.headersSent) return
    writeHeaders(response, answered, encoded)
    unread.end(response, caller.quotaKey ?? '', encoded.body)
  } finally {
    clearTimeout(timer)
  }
}

/** What of a request decides about the form of its answer. */
const VARY = 'accept, accept-encoding'

function writeHeaders(
  response: ServerResponse,
  { status, type, allow, retryAfter }: HttpAnswer,
  { encoding, body }: Encoded,
): void {
  const varies = response.getHeader('vary')
  if (allow) response.setHeader('allow', allow)
  if (retryAfter || status === 503) response.setHeader('retry-after', retryAfter ?? RETRY_AFTER_S)
  if (encoding) response.setHeader('content-encoding', encoding)
  response.writeHead(status, {
    'content-type': `${type}; charset=utf-8`,
    'content-length': Buffer.byteLength(body),
    vary: varies === undefined ? VARY : `${varies}, ${VARY}`,
  })
}

function sendRefused(
  response: ServerResponse,
  { refused: { status, message, code, allow, retryAfterMs } }: Refused,
): void {
  if (retryAfterMs) {
    sendRateLimited(response, retryAfterMs)
    return
  }
  // The rest of the body is not read, so the connection cannot be used again.
  if (status === 413 || status === 503) response.setHeader('connection', 'close')
  if (status === 503) response.setHeader('retry-after', RETRY_AFTER_S)
  if (allow) response.setHeader('allow', allow)
  sendErrors(response, status, errorBody(message, code))
}

function sendRetryLater(
  response: ServerResponse,
  status: number,
  afterS: number,
  message: string,
  errorCode: ErrorCode,
): void {
  response.setHeader('retry-after', afterS)
  sendErrors(response, status, errorBody(message, errorCode))
}

function sendRateLimited(response: ServerResponse, waitMs: number): void {
  sendRetryLater(response, 429, Math.ceil(waitMs / 1_000), RATE_LIMITED_MESSAGE, code.rateLimited)
}

function sendUnauthenticated(
  response: ServerResponse,
  authentication: Exclude<Authentication, { outcome: 'known' }>,
): void {
  if (authentication.outcome === 'rateLimited') sendRateLimited(response, authentication.waitMs)
  else if (authentication.outcome === 'refused') {
    // RFC 6750, section 3
    response.setHeader('www-authenticate', `Bearer error="invalid_token", error_description="${authentication.reason}"`)
    sendErrors(response, 401, errorBody(authentication.reason, code.unauthenticated))
  } else sendRetryLater(response, 503, RETRY_AFTER_S, UNCHECKED, code.issuerUnavailable)
}

function logRequest({ method }: IncomingMessage, response: ServerResponse, requestId: string, log: Logger): void {
  const started = performance.now()
  response.once('close', () => {
    const ms = Math.round(performance.now() - started)
    log.debug({ requestId, method, status: response.statusCode, ms }, 'request')
  })
}
