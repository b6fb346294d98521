import { setTimeout as delay } from 'node:timers/promises'
import { Agent } from 'undici'
import { createGuard, GUARD_SETTINGS, type Guard, REFUSED } from '../../chassis/guard.ts'
import { type Deadline, post } from './post.ts'

/** A GraphQL answer as it came: still unknown is whether its data has the right shape. */
export type SubgraphAnswer = {
  data: Record<string, unknown> | null
  /** `retryAfter`: seconds, where the subgraph says so. */
  errors: { message: string; path: (string | number)[]; code: string | undefined; retryAfter?: number | undefined }[]
}

/** No answer: the subgraph could not be reached, took too long, or said what is not GraphQL. `cause` is for the log. */
export type NoAnswer = { failure: 'unavailable' | 'invalid'; cause: string }

/** `mayRepeat`: asking twice does no harm, as with every query. */
export type SubgraphRequest = {
  service: string
  url: URL
  body: string
  headers: Record<string, string>
  mayRepeat: boolean
}

export type SubgraphClientOptions = {
  /** After this a subgraph has not answered, unless `timeouts` says otherwise for it. */
  timeoutMs: number
  timeouts?: ReadonlyMap<string, number>
  /** Requests under way at once to one subgraph; more are not sent. */
  atOnce?: number
  maxAnswerBytes?: number
  /** Hears when a subgraph's circuit opens and closes. */
  circuitChanged?: (service: string, state: string) => void
}

/** Waits so long before it asks again: a subgraph that is being replaced is back in no time, or not at all. */
const REPEAT_AFTER_MS = { least: 20, most: 100 }

/**
 * Sends GraphQL requests to subgraphs over kept-alive connections. Every request ends within its time; a query that found
 * nobody there is sent once more; a subgraph that fails again and again is left alone for a while.
 */
export function createSubgraphClient(options: SubgraphClientOptions) {
  const { timeoutMs, timeouts, atOnce = 256, circuitChanged } = options
  const agent = new Agent({
    connections: atOnce,
    pipelining: 1,
    keepAliveTimeout: 4_000, // below Node's 5 s, so that a server never closes what we are about to use
    maxResponseSize: options.maxAnswerBytes ?? 16 * 1024 * 1024,
    // The deadline is for the whole exchange.
    headersTimeout: 0,
    bodyTimeout: 0,
  })
  const guards = new Map<string, Guard>()
  const guardOf = (service: string) => {
    const guard =
      guards.get(service) ??
      createGuard({ ...GUARD_SETTINGS, maxConcurrent: atOnce }, (state) => circuitChanged?.(service, state))
    guards.set(service, guard)
    return guard
  }

  const send = async (request: SubgraphRequest): Promise<SubgraphAnswer | NoAnswer> => {
    const ms = timeouts?.get(request.service) ?? timeoutMs
    const deadline: Deadline = { over: null, onOver: () => {} }
    const timer = setTimeout(() => {
      deadline.over = new Error(`no answer within ${ms} ms`)
      deadline.onOver(deadline.over)
    }, ms)
    const guard = guardOf(request.service)
    const ask = () => guard.run(() => sendOnce(agent, request, deadline), verdictOn)
    let answer = await ask()
    if (request.mayRepeat && answer !== REFUSED && isUnavailable(answer) && !deadline.over) {
      const { least, most } = REPEAT_AFTER_MS
      await delay(least + Math.random() * (most - least))
      const second = deadline.over ? REFUSED : await ask()
      if (second !== REFUSED) answer = second
    }
    clearTimeout(timer)
    return answer === REFUSED ? LEFT_ALONE : answer
  }
  return { send, close: () => agent.close() }
}

const LEFT_ALONE: NoAnswer = {
  failure: 'unavailable',
  cause: 'it has failed too often lately, or is asked too much at once',
}

const isUnavailable = (answer: SubgraphAnswer | NoAnswer) => 'failure' in answer && answer.failure === 'unavailable'

const verdictOn = (answer: SubgraphAnswer | NoAnswer) => (isUnavailable(answer) ? 'failed' : 'ok')

const OF_JSON = {
  'content-type': 'application/json',
  accept: 'application/graphql-response+json, application/json;q=0.9',
}

/** A URL makes the texts of its parts anew whenever it is asked. */
const addresses = new WeakMap<URL, { origin: string; path: string }>()

function addressOf(url: URL): { origin: string; path: string } {
  const address = addresses.get(url) ?? { origin: url.origin, path: `${url.pathname}${url.search}` }
  addresses.set(url, address)
  return address
}

/** Never rejects. */
function sendOnce(
  agent: Agent,
  { url, headers, body }: SubgraphRequest,
  deadline: Deadline,
): Promise<SubgraphAnswer | NoAnswer> {
  const request = { ...addressOf(url), body, headers: { ...headers, ...OF_JSON } }
  return post(agent, request, deadline).then(readAnswer, noAnswer)
}

function noAnswer(error: unknown): NoAnswer {
  const tooLarge = error instanceof Error && 'code' in error && error.code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE'
  return {
    failure: tooLarge ? 'invalid' : 'unavailable',
    cause: error instanceof Error ? error.message : `${error}`,
  }
}

/** Whatever the status: a GraphQL answer is one that has `data` or `errors`. */
function readAnswer({ status, text }: { status: number; text: string }): SubgraphAnswer | NoAnswer {
  const answer = parseJson(text)
  const data = isRecord(answer) ? (answer.data ?? null) : undefined
  const errors = isRecord(answer) && Array.isArray(answer.errors) ? answer.errors.filter(isRecord) : []
  if ((isRecord(data) || data === null) && (data || errors.length)) return { data, errors: errors.map(readError) }
  // A proxy or a service that is starting answers 5xx without GraphQL: to the client it is not there.
  const failure = status >= 500 ? 'unavailable' : 'invalid'
  return { failure, cause: `status ${status} with ${text.length} characters that are no GraphQL answer` }
}

function readError(error: Record<string, unknown>): SubgraphAnswer['errors'][number] {
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
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const isIndex = (key: unknown) => Number.isInteger(key) && Number(key) >= 0
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
