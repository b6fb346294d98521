import { Agent } from 'undici'

/** A GraphQL answer as it came: still unknown is whether its data has the right shape. */
export type SubgraphAnswer = {
  data: Record<string, unknown> | null
  errors: { message: string; path: (string | number)[]; code: string | undefined }[]
}

/** No answer: the subgraph could not be reached, took too long, or said what is not GraphQL. `cause` is for the log. */
export type NoAnswer = { failure: 'unavailable' | 'invalid'; cause: string }

export type SubgraphRequest = { url: URL; body: string; headers: Record<string, string> }

/** Sends GraphQL requests to subgraphs over kept-alive connections; every request ends after `timeoutMs`. */
export function createSubgraphClient(options: { timeoutMs: number; maxAnswerBytes?: number; connections?: number }) {
  const agent = new Agent({
    connections: options.connections ?? 128,
    pipelining: 1,
    keepAliveTimeout: 4_000, // below Node's 5 s, so that a server never closes what we are about to use
    maxResponseSize: options.maxAnswerBytes ?? 16 * 1024 * 1024,
  })

  const send = async (request: SubgraphRequest): Promise<SubgraphAnswer | NoAnswer> => {
    try {
      const { statusCode, body } = await agent.request({
        origin: request.url.origin,
        path: `${request.url.pathname}${request.url.search}`,
        method: 'POST',
        headers: {
          ...request.headers,
          'content-type': 'application/json',
          accept: 'application/graphql-response+json, application/json;q=0.9',
        },
        body: request.body,
        signal: AbortSignal.timeout(options.timeoutMs),
      })
      return readAnswer(statusCode, await body.text())
    } catch (error) {
      // Undici's errors only: readAnswer does not throw.
      const tooLarge = error instanceof Error && 'code' in error && error.code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE'
      return {
        failure: tooLarge ? 'invalid' : 'unavailable',
        cause: error instanceof Error ? error.message : `${error}`,
      }
    }
  }
  return { send, close: () => agent.close() }
}

/** Whatever the status: a GraphQL answer is one that has `data` or `errors`. */
function readAnswer(status: number, text: string): SubgraphAnswer | NoAnswer {
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
  const code = isRecord(error.extensions) && error.extensions.code
  return {
    message: typeof error.message === 'string' ? error.message : 'The service gave no reason.',
    path,
    code: typeof code === 'string' ? code : undefined,
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
