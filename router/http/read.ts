import type { IncomingMessage } from 'node:http'
import { parseExactly, parseExactlyAt } from '../../chassis/exact-json.ts'
import { BodyTooLarge, NoRoom, readBody } from '../../chassis/http.ts'
import { code, OVERLOADED_MESSAGE } from '../errors.ts'
import type { Params } from './answer.ts'
import type { BodyMemory } from './body-memory.ts'

/** The HTTP response to a request that is not a GraphQL request. */
export type Refused = { refused: { status: number; message: string; code: string; allow?: string } }

/** Reads a request's parameters, with exact numbers in its variables, from its body or URL; at most `maxBytes`, and only if `bodies` has room. */
export async function readParams(
  request: IncomingMessage,
  maxBytes: number,
  bodies: BodyMemory,
): Promise<{ method: 'GET' | 'POST'; params: Params } | Refused> {
  if (request.method === 'POST') return readBodyParams(request, maxBytes, bodies)
  if (request.method === 'GET') return readUrlParams(request)
  return refused(405, 'Send GraphQL requests by GET or POST.', code.badRequest, 'GET, POST')
}

async function readBodyParams(
  request: IncomingMessage,
  maxBytes: number,
  bodies: BodyMemory,
): Promise<{ method: 'POST'; params: Params } | Refused> {
  // A form that another site makes a browser send cannot have this type.
  if (!isJson(request.headers['content-type'])) {
    return refused(415, 'A GraphQL request is posted as application/json, in UTF-8.', code.badRequest)
  }
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity'
  if (encoding !== 'identity') {
    return refused(415, 'A request is posted as it is, not compressed: without `content-encoding`.', code.badRequest)
  }
  try {
    const body = await readBody(request, maxBytes, (bytes) => bodies.admit(request, bytes))
    const params = parseExactlyAt(withoutByteOrderMark(body.toString()), ['variables'])
    if (typeof params === 'object' && params !== null && !Array.isArray(params)) return { method: 'POST', params }
    return refused(400, 'A GraphQL request is a JSON object.', code.badRequest)
  } catch (error) {
    if (error instanceof BodyTooLarge) {
      return refused(413, `The request is larger than ${maxBytes} bytes.`, code.bodyTooLarge)
    }
    if (error instanceof NoRoom) return refused(503, OVERLOADED_MESSAGE, code.overloaded)
    if (error instanceof SyntaxError) return refused(400, 'The request is not valid JSON.', code.badRequest)
    throw error
  }
}

function isJson(contentType = ''): boolean {
  if (contentType === 'application/json') return true
  const [type = '', ...parameters] = contentType.toLowerCase().split(';')
  return type.trim() === 'application/json' && !parameters.some((p) => p.includes('charset=') && !UTF_8.test(p))
}

/** Also by its other label in the Encoding Standard. */
const UTF_8 = /^\s*charset=("?)utf-?8\1\s*$/

/** RFC 8259, 8.1: it may be ignored. */
const withoutByteOrderMark = (text: string) => (text.startsWith('\uFEFF') ? text.slice(1) : text)

const NO_OPERATION =
  'This is a GraphQL address: post {"query": "{ __typename }"} as application/json, or add ?query={__typename}. ' +
  'In a browser it shows GraphiQL, unless that is off.'

/**
 * Queries by GET need no header that a page of another site could not send: the token is never sent by the browser itself, so
 * such a page asks as nobody, and cannot read the response. Mutations are refused later.
 */
function readUrlParams({ url = '' }: IncomingMessage): { method: 'GET'; params: Params } | Refused {
  const search = new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?') + 1) : '')
  if (!search.has('query') && !search.has('extensions')) return refused(400, NO_OPERATION, code.badRequest)
  try {
    const params = {
      query: search.get('query') ?? undefined,
      operationName: search.get('operationName') || null,
      variables: parseExactly(search.get('variables') || 'null'),
      extensions: JSON.parse(search.get('extensions') || 'null'),
    }
    return { method: 'GET', params }
  } catch {
    return refused(400, '`variables` and `extensions` in a URL are JSON.', code.badRequest)
  }
}

export const refused = (status: number, message: string, errorCode: string, allow?: string): Refused => ({
  refused: { status, message, code: errorCode, ...(allow && { allow }) },
})
