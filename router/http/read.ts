import type { IncomingMessage } from 'node:http'
import { parseExactly, parseExactlyAt } from '../../chassis/exact-json.ts'
import { BodyTooLarge, NoRoom, readBody } from '../../chassis/http.ts'
import { code, type ErrorCode, OVERLOADED_MESSAGE, RATE_LIMITED_MESSAGE } from '../errors.ts'
import type { WorkRefused } from '../limits/work-queue.ts'
import type { OperationParams } from '../request/read-operation.ts'
import type { BodyMemory } from './body-memory.ts'

/** The HTTP response to a request that is not a GraphQL request. */
export type Refused = {
  refused: { status: number; message: string; code: ErrorCode; allow?: string; retryAfterMs?: number }
}

/** The parameters of a request, from its body or its URL; not validated yet. */
export type Params = OperationParams & { extensions?: unknown }

/** The parameters of a request; `isLarge` if reading and running them holds up the process, so that it is done in turns. */
export type ReadRequest = { method: 'GET' | 'POST'; params: Params; isLarge: boolean }

/** Does a task when it is the client's turn (limits/work-queue.ts). */
type InTurn = <Result>(task: () => Result) => Promise<{ result: Result } | WorkRefused>

/** 100 KB of variables can take 20 ms, and a client may send many such requests at once. */
const LARGE_BYTES = 8 * 1024

/**
 * Reads a request's parameters, with exact numbers in its variables, from its body or URL; at most `maxBytes`, and only if
 * `bodies` has room. A large body is parsed in a turn.
 */
export function readParams(
  request: IncomingMessage,
  maxBytes: number,
  bodies: BodyMemory,
  inTurn: InTurn,
): ReadRequest | Refused | Promise<ReadRequest | Refused> {
  if (request.method === 'POST') return readBodyParams(request, maxBytes, bodies, inTurn)
  if (request.method === 'GET') return readUrlParams(request)
  return refused(405, 'Send GraphQL requests by GET or POST.', code.badRequest, 'GET, POST')
}

async function readBodyParams(
  request: IncomingMessage,
  maxBytes: number,
  bodies: BodyMemory,
  inTurn: InTurn,
): Promise<ReadRequest | Refused> {
  // A form that another site makes a browser send cannot have this type.
  if (!isJson(request.headers['content-type'])) {
    return refused(415, POSTED_AS, code.badRequest)
  }
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity'
  if (encoding !== 'identity') {
    return refused(415, 'A request is posted as it is, not compressed: without `content-encoding`.', code.badRequest)
  }
  try {
    const body = await readBody(request, maxBytes, (bytes) => bodies.admit(request, bytes))
    if (body.length <= LARGE_BYTES) return postedParams(parseParams(body), false)
    const parsed = await inTurn(() => parseParams(body))
    return 'refused' in parsed ? refusedTurn(parsed) : postedParams(parsed.result, true)
  } catch (error) {
    if (error instanceof BodyTooLarge) {
      return refused(413, `The request is larger than ${maxBytes} bytes.`, code.bodyTooLarge)
    }
    if (error instanceof NoRoom) return refused(503, OVERLOADED_MESSAGE, code.overloaded)
    if (error instanceof SyntaxError) return refused(400, 'The request is not valid JSON.', code.badRequest)
    throw error
  }
}

const parseParams = (body: Buffer) => parseExactlyAt(withoutByteOrderMark(body.toString()), ['variables'])

function postedParams(params: unknown, isLarge: boolean): ReadRequest | Refused {
  if (Array.isArray(params)) return refused(400, BATCH, code.badRequest)
  if (typeof params === 'object' && params !== null) return { method: 'POST', params, isLarge }
  return refused(400, 'A GraphQL request is a JSON object: {"query": "{ __typename }"}.', code.badRequest)
}

/** The response to a large request that is refused its turn. */
export const refusedTurn = (turn: WorkRefused): Refused =>
  turn.refused === 'overloaded'
    ? refused(503, OVERLOADED_MESSAGE, code.overloaded)
    : { refused: { status: 429, message: RATE_LIMITED_MESSAGE, code: code.rateLimited, retryAfterMs: turn.waitMs } }

function isJson(contentType = ''): boolean {
  if (contentType === 'application/json') return true
  const [type = '', ...parameters] = contentType.toLowerCase().split(';')
  return type.trim() === 'application/json' && !parameters.some((p) => p.includes('charset=') && !UTF_8.test(p))
}

/** Also by its other label in the Encoding Standard. */
const UTF_8 = /^\s*charset=("?)utf-?8\1\s*$/

/** RFC 8259, 8.1: it may be ignored. */
const withoutByteOrderMark = (text: string) => (text.startsWith('\uFEFF') ? text.slice(1) : text)

const POSTED_AS =
  'A GraphQL request is posted as `content-type: application/json`, in UTF-8. Forms and file uploads are not supported.'
const BATCH = 'Batches are not supported: send one operation a request, as a JSON object with `query`.'
const NO_OPERATION =
  'This is a GraphQL address: post {"query": "{ __typename }"} as application/json, or add ?query={__typename}. ' +
  'In a browser it shows GraphiQL, unless that is off.'

/**
 * Queries by GET need no header that a page of another site could not send: the token is never sent by the browser itself, so
 * such a page asks as nobody, and cannot read the response. Mutations are refused later.
 */
function readUrlParams({ url = '' }: IncomingMessage): ReadRequest | Refused {
  const search = new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?') + 1) : '')
  if (!['query', 'extensions', 'documentId'].some((name) => search.has(name)))
    return refused(400, NO_OPERATION, code.badRequest)
  try {
    const params = {
      query: search.get('query') ?? undefined,
      documentId: search.get('documentId'),
      operationName: search.get('operationName') || null,
      variables: parseExactly(search.get('variables') || 'null'),
      extensions: JSON.parse(search.get('extensions') || 'null'),
    }
    return { method: 'GET', params, isLarge: false }
  } catch {
    return refused(400, '`variables` and `extensions` in a URL are JSON.', code.badRequest)
  }
}

export const refused = (status: number, message: string, errorCode: ErrorCode, allow?: string): Refused => ({
  refused: { status, message, code: errorCode, ...(allow && { allow }) },
})
