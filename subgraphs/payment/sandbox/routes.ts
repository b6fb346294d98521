import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import { type Handler, readBody, sendJson } from '../../../chassis/http.ts'
import type { Reply, Sandbox } from './sandbox.ts'
import { sandboxSettings } from './settings.ts'

const text = z.string().min(1).max(300)
const amount = z.object({ amount: z.int().min(0), currency: z.string().length(3) })
const chargeBody = z.object({ amount, reference: text, token: text })
const voidBody = z.object({ chargeKey: text, reference: text })
const refundBody = z.object({ amount, reference: text, chargeKey: text })

/**
 * The sandbox's HTTP API (README.md beside this), for who bears `token` only. `unanswered` collects the requests that
 * never get an answer.
 */
export function routesOf(sandbox: Sandbox, token: string, unanswered: Set<ServerResponse>): Record<string, Handler> {
  const send = (response: ServerResponse, reply: Reply) => {
    if (reply) return sendJson(response, reply.status, reply.body)
    unanswered.add(response)
    response.once('close', () => unanswered.delete(response))
  }
  /** A POST whose body has to be as `schema` says, with an idempotency key. */
  const post =
    <Schema extends z.ZodType>(schema: Schema, act: (body: z.infer<Schema>, key: string) => Promise<Reply>): Handler =>
    async (request, response) => {
      if (request.method !== 'POST') return sendJson(response, 405, { error: 'POST here.' })
      const key = text.safeParse(request.headers['idempotency-key'])
      if (!key.success) return sendJson(response, 400, { error: 'The header Idempotency-Key is missing.' })
      const body = await readJson(request, response, schema)
      if (body) send(response, await act(body.value, key.data))
    }
  const routes: Record<string, Handler> = {
    '/charges': post(chargeBody, ({ token, ...terms }, key) => sandbox.charge({ ...terms, key }, token)),
    '/voids': post(voidBody, ({ chargeKey, reference }) => sandbox.void(chargeKey, reference)),
    '/refunds': post(refundBody, ({ chargeKey, ...terms }, key) => sandbox.refund({ ...terms, key }, chargeKey)),
    '/book': (request, response) => {
      const reference = new URL(request.url ?? '/', 'http://sandbox').searchParams.get('reference')
      const entries = sandbox.entries().filter((entry) => !reference || entry.reference === reference)
      sendJson(response, 200, { entries })
    },
    '/settings': async (request, response) => {
      if (request.method === 'GET') return sendJson(response, 200, sandbox.settings())
      if (request.method !== 'PUT') return sendJson(response, 405, { error: 'GET or PUT the settings.' })
      const wanted = await readJson(request, response, sandboxSettings)
      if (wanted) sendJson(response, 200, sandbox.change(wanted.value))
    },
  }
  return Object.fromEntries(Object.entries(routes).map(([path, route]) => [path, forBearer(token, route)]))
}

/** Answers 401 to who does not bear the token: anyone on the machine can reach the port, and so can a web page. */
function forBearer(token: string, route: Handler): Handler {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  const expected = digest(`Bearer ${token}`)
  return (request, response) => {
    if (timingSafeEqual(digest(request.headers.authorization ?? ''), expected)) return route(request, response)
    response.setHeader('www-authenticate', 'Bearer')
    sendJson(response, 401, { error: 'The header Authorization must have the sandbox’s PROVIDER_TOKEN.' })
  }
}

/** The body as the schema says; null where it is not, which is answered (400) here. */
async function readJson<Schema extends z.ZodType>(
  request: IncomingMessage,
  response: ServerResponse,
  schema: Schema,
): Promise<{ value: z.infer<Schema> } | null> {
  const body = await readBody(request, 16 * 1024)
  const read = schema.safeParse(jsonOf(body))
  if (read.success) return { value: read.data }
  sendJson(response, 400, { error: z.prettifyError(read.error) })
  return null
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return undefined
  }
}
