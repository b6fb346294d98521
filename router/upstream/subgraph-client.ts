import { setTimeout as delay } from 'node:timers/promises'
import { Agent } from 'undici'
import type { Verdict } from '../../chassis/breaker.ts'
import { parseExactlyAt } from '../../chassis/exact-json.ts'
import { CALLER_GUARD_SETTINGS, createGuard, type Guard, REFUSED, wasUnreached } from '../../chassis/guard.ts'
import { createKeyedLimiter, type KeyedLimiter } from '../../chassis/keyed-limiter.ts'
import { type Deadline, NotConnected, post, type Response } from './post.ts'

/** A GraphQL response of a subgraph. Its data has exact numbers; whether it has the right shape is not checked yet. */
export type SubgraphResponse = {
  data: Record<string, unknown> | null
  /** `retryAfter` is in seconds. */
  errors: { message: string; path: (string | number)[]; code: string | undefined; retryAfter?: number | undefined }[]
}

/**
 * The subgraph could not be reached (`unreached`: no connection was made), took too long, or its response is not GraphQL.
 * `cause` is for the log.
 */
export type NoResponse = { failure: 'unavailable' | 'invalid'; cause: string; unreached?: true }

/**
 * `headers`: those of one attempt at a path, so that each attempt is signed anew. `isRepeatable`: sending it twice has no
 * effect, as with every query. `quotaKey`: the client for whom it is sent; without it, the router itself is the client.
 */
export type SubgraphRequest = {
  service: string
  url: URL
  body: string
  headers: (path: string) => Record<string, string>
  isRepeatable: boolean
  quotaKey?: string | undefined
}

export type SubgraphClientOptions = {
  /** The time for a subgraph's response, unless `timeouts` has another for it. */
  timeoutMs: number
  timeouts?: ReadonlyMap<string, number>
  /** Requests to one subgraph at once; further ones are not sent. */
  atOnce?: number
  /** Requests to one subgraph for one client at once; further ones wait within their time. */
  atOnceEach?: number
  /** Also of a compressed response's content. */
  maxResponseBytes?: number
  /** Gets what a large response takes of this thread, in ms, and the client for whom it was requested. */
  onWork?: (client: string, ms: number) => void
  /** Is called when a subgraph's circuit opens or closes. */
  onCircuitChange?: (service: string, state: string) => void
}

const MAX_RESPONSE_BYTES = 16 * 1024 * 1024

/** Characters. A shorter response takes less than what counting it would. */
const LARGE_LENGTH = 8 * 1024
/** Checking, merging and projecting a response take about as long as parsing it. */
const WORK_PER_PARSING = 2

/** The requests to a subgraph that wait: for one client, and for all. Further ones are not sent. */
const WAITING = { maxQueued: 1_000, maxQueuedInAll: 10_000 }

/** The delay before a request is repeated. A subgraph that is being replaced is back in this time or not soon. */
const REPEAT_DELAY_MS = { least: 20, most: 100 }

/**
 * Sends GraphQL requests to subgraphs over kept-alive connections. Every request ends within its time. A query is repeated
 * once if the subgraph is unavailable, and so is a mutation if no connection was made. A circuit breaker stops requests to a subgraph that cannot be reached, or fails for
 * ten clients: one client's heavy queries cannot open the circuit for the others, nor take the places of all.
 */
export function createSubgraphClient(options: SubgraphClientOptions) {
  const {
    timeoutMs,
    timeouts,
    atOnce = 256,
    atOnceEach = atOnce,
    maxResponseBytes = MAX_RESPONSE_BYTES,
    onWork = () => {},
    onCircuitChange,
  } = options
  const agent = new Agent({
    connections: atOnce,
    pipelining: 1,
    keepAliveTimeout: 4_000, // below Node's 5 s, so that a server never closes what we are about to use
    maxResponseSize: maxResponseBytes,
    // The deadline is for the whole exchange.
    headersTimeout: 0,
    bodyTimeout: 0,
  })
  const limits = new Map<string, { guard: Guard; shares: KeyedLimiter }>()
  const limitsOf = (service: string) => {
    const known = limits.get(service)
    if (known) return known
    const onChange = (state: string) => onCircuitChange?.(service, state)
    const created = {
      guard: createGuard({ ...CALLER_GUARD_SETTINGS, maxConcurrent: atOnce }, onChange),
      shares: createKeyedLimiter({ ...WAITING, maxConcurrent: atOnceEach }),
    }
    limits.set(service, created)
    return created
  }

  const send = async (request: SubgraphRequest): Promise<SubgraphResponse | NoResponse> => {
    const ms = timeouts?.get(request.service) ?? timeoutMs
    const deadline: Deadline = { expired: null, onExpired: () => {} }
    const timer = setTimeout(() => {
      deadline.expired = new Error(`no answer within ${ms} ms`)
      deadline.onExpired(deadline.expired)
    }, ms)
    const { guard, shares } = limitsOf(request.service)
    const { quotaKey: caller = null } = request
    const until = Date.now() + ms
    const read = (response: Response) => {
      if (caller === null || response.text.length <= LARGE_LENGTH) return readResponse(response)
      // Not CPU time, which costs more to read; nothing else runs in between.
      const startedAt = performance.now()
      const answer = readResponse(response)
      onWork(caller, (performance.now() - startedAt) * WORK_PER_PARSING)
      return answer
    }
    const sendOnce = () => postOnce(agent, request, deadline, maxResponseBytes).then(read, toFailure)
    const call = () => guard.run(sendOnce, verdictOf, { caller })
    const attempt = () => (caller === null ? call() : shares.run(caller, until, call))
    let answer = await attempt()
    if (answer !== REFUSED && mayRepeat(request, answer) && !deadline.expired) {
      const { least, most } = REPEAT_DELAY_MS
      await delay(least + Math.random() * (most - least))
      const second = deadline.expired ? REFUSED : await attempt()
      if (second !== REFUSED) answer = second
    }
    clearTimeout(timer)
    return answer === REFUSED ? NOT_SENT : answer
  }
  return {
    send,
    /** Whether requests to this subgraph are refused, or only tried. */
    isBroken: (service: string): boolean => limits.get(service)?.guard.isBroken() ?? false,
    close: () => agent.close(),
  }
}

const NOT_SENT: NoResponse = {
  failure: 'unavailable',
  cause: 'it has failed too often lately, or has too many requests at once',
}

/** What was never sent has had no effect, also if it is a mutation. */
const mayRepeat = ({ isRepeatable }: SubgraphRequest, answer: SubgraphResponse | NoResponse) =>
  isUnavailable(answer) && (isRepeatable || 'unreached' in answer)

const isUnavailable = (answer: SubgraphResponse | NoResponse) => 'failure' in answer && answer.failure === 'unavailable'

const verdictOf = (answer: SubgraphResponse | NoResponse): Verdict => {
  if (!isUnavailable(answer)) return 'ok'
  return 'unreached' in answer ? 'unreached' : 'failed'
}

const JSON_HEADERS = {
  'content-type': 'application/json',
  accept: 'application/graphql-response+json, application/json;q=0.9',
  'accept-encoding': 'identity',
}

/** A URL object computes its parts at every access, so they are cached. */
const addresses = new WeakMap<URL, { origin: string; path: string }>()

function addressOf(url: URL): { origin: string; path: string } {
  const address = addresses.get(url) ?? { origin: url.origin, path: `${url.pathname}${url.search}` }
  addresses.set(url, address)
  return address
}

function postOnce(
  agent: Agent,
  { url, headers, body }: SubgraphRequest,
  deadline: Deadline,
  maxBytes: number,
): Promise<Response> {
  const { origin, path } = addressOf(url)
  const request = { origin, path, body, headers: { ...headers(path), ...JSON_HEADERS } }
  return post(agent, request, deadline, maxBytes)
}

/** Errors of undici about responses that arrived and are not HTTP, or beyond a limit. */
const INVALID_RESPONSE = new Set(['HTTPParserError', 'HeadersOverflowError', 'ResponseExceededMaxSizeError'])

function toFailure(error: unknown): NoResponse {
  return {
    failure: error instanceof Error && INVALID_RESPONSE.has(error.name) ? 'invalid' : 'unavailable',
    cause: error instanceof Error ? error.message : `${error}`,
    ...((wasUnreached(error) || error instanceof NotConnected) && { unreached: true }),
  }
}

/** Reads a response of any status. It is GraphQL if it has `data` or `errors`. */
export function readResponse({ status, text, unreadable }: Response): SubgraphResponse | NoResponse {
  const answer = parseJson(text)
  const data = isRecord(answer) ? (answer.data ?? null) : undefined
  const errors = isRecord(answer) ? errorsIn(answer) : []
  // Without data, only an error as GraphQL has them makes it a GraphQL response.
  const isGraphQL = isRecord(data) || (data === null && errors.some(isRecord))
  if (isGraphQL) return { data, errors: errors.map(readError) }
  // A proxy, or a service that is starting, answers with 5xx and without GraphQL; the service is not available then.
  const failure = status >= 500 ? 'unavailable' : 'invalid'
  return {
    failure,
    cause: `status ${status} with ${unreadable ?? `${text.length} characters that are no GraphQL answer`}`,
  }
}

/** Errors that are not listed, or not objects, still explain why data are missing. */
function errorsIn({ errors }: Record<string, unknown>): unknown[] {
  if (errors === undefined || errors === null) return []
  return Array.isArray(errors) ? errors : [undefined]
}

function readError(entry: unknown): SubgraphResponse['errors'][number] {
  const error = isRecord(entry) ? entry : { message: entry }
  const path = Array.isArray(error.path) ? error.path.filter((key) => typeof key === 'string' || isIndex(key)) : []
  const { code, retryAfter } = isRecord(error.extensions) ? error.extensions : {}
  return {
    message: typeof error.message === 'string' ? error.message : 'The service gave no reason.',
    path,
    code: typeof code === 'string' ? code : undefined,
    retryAfter: typeof retryAfter === 'number' && retryAfter >= 0 ? retryAfter : undefined,
  }
}

function parseJson(text: string): unknown {
  try {
    return parseExactlyAt(text, ['data'])
  } catch {
    return undefined
  }
}

const isIndex = (key: unknown) => Number.isInteger(key) && Number(key) >= 0
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
