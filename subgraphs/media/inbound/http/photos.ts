import type { IncomingMessage } from 'node:http'
import { REFUSED } from '../../../../chassis/guard.ts'
import { type Handler, readBody, sendJson } from '../../../../chassis/http.ts'
import { createKeyedLimiter } from '../../../../chassis/keyed-limiter.ts'
import type { SafeResponse } from '../../../../chassis/safe-headers.ts'
import type { Taken } from '../../application/take-upload.ts'
import { MOST_BYTES } from '../../domain/photo.ts'
import type { MediaContext } from '../../wire.ts'

type Problem = Extract<Taken, { problem: string }>['problem'] | 'NO_TICKET' | 'BUSY'

/** What an upload is answered that is not taken; `problem` is for programs. */
const PROBLEMS: { [Name in Problem]: { status: number; message: string; retryAfter?: number } } = {
  NO_TICKET: {
    status: 401,
    message: 'The ticket is missing, not ours, or has expired. Request a new one by requestUpload.',
  },
  USED: { status: 409, message: 'The ticket is used up. Request a new one by requestUpload.' },
  NOT_A_PICTURE: { status: 415, message: 'Only JPEG, PNG and WebP are taken, whatever the file is called.' },
  TOO_MANY_PIXELS: { status: 422, message: 'The picture has more than 50 million pixels.' },
  DAMAGED: { status: 422, message: 'The picture cannot be read.' },
  TOO_MANY: { status: 429, message: 'That is the most photos that one may upload within 24 hours.', retryAfter: 3_600 },
  BUSY: { status: 503, message: 'Too many uploads are under way. Please try again.', retryAfter: 2 },
  NO_ROOM: { status: 507, message: 'There is no room for photos at present.' },
}

/** Uploads of all users at once, each of which may hold MOST_BYTES for as long as a request may take (chassis/http.ts, 30 s). */
const AT_ONCE = 8
/** Of one user. */
const AT_ONCE_EACH = 2
/** Two sizes of one photo fit behind one another, and more need not wait for the decoder. */
const WAIT_FOR_DECODER_MS = 10_000

/** The one public path of the media context: POST uploads a photo by a ticket, GET shows a picture by a signed URL. */
export function photosRoute({ uploads, shows }: MediaContext): Handler {
  const each = createKeyedLimiter({ maxConcurrent: AT_ONCE_EACH, maxQueued: 0, maxQueuedInAll: 0 })
  const decoder = createKeyedLimiter({ maxConcurrent: 1, maxQueued: AT_ONCE, maxQueuedInAll: AT_ONCE })
  let underWay = 0

  const upload: Handler = async (request, response) => {
    const [scheme, token = ''] = (request.headers.authorization ?? '').split(' ')
    const ticket = scheme?.toLowerCase() === 'bearer' ? uploads.ticketIn(token) : null
    if (!ticket) return sendProblem(response, 'NO_TICKET')
    if (underWay >= AT_ONCE) return sendProblem(response, 'BUSY')
    underWay++
    try {
      const taken = await each.run(ticket.uploader, Date.now(), async () => {
        const bytes = await readBody(request, MOST_BYTES)
        return decoder.run('', Date.now() + WAIT_FOR_DECODER_MS, () => uploads.take(ticket, bytes))
      })
      if (taken === REFUSED) sendProblem(response, 'BUSY')
      else if ('problem' in taken) sendProblem(response, taken.problem)
      else sendJson(response, 201, taken)
    } finally {
      underWay--
    }
  }

  const show = async (request: IncomingMessage, response: SafeResponse) => {
    const shown = await shows.picture(new URLSearchParams(request.url?.split('?')[1] ?? ''))
    if (!shown)
      return sendJson(response, 404, { error: 'There is no such photo, or its URL has expired: ask for a new one.' })
    const headers = {
      'content-type': 'image/webp',
      'cache-control': shown.maxAge === null ? 'private, no-store' : `public, max-age=${shown.maxAge}, immutable`,
      // Pages of any origin may show it: whoever has the URL may see it.
      'cross-origin-resource-policy': 'cross-origin',
      etag: shown.etag,
    }
    if (request.headers['if-none-match'] === shown.etag) return void response.writeHead(304, headers).end()
    response.writeHead(200, { ...headers, 'content-length': shown.bytes.length })
    response.end(request.method === 'HEAD' ? undefined : shown.bytes)
  }

  return (request, response) => {
    if (request.method === 'POST') return upload(request, response)
    if (request.method === 'GET' || request.method === 'HEAD') return show(request, response)
    response.setHeader('allow', 'GET, HEAD, POST')
    sendJson(response, 405, { error: 'Upload a photo by POST, and see it by GET.' })
  }
}

/** The rest of the body is not read, so the connection is not used again. */
function sendProblem(response: SafeResponse, problem: Problem): void {
  const { status, message, retryAfter } = PROBLEMS[problem]
  response.setHeader('connection', 'close')
  if (retryAfter) response.setHeader('retry-after', retryAfter)
  if (status === 401) response.setHeader('www-authenticate', 'Bearer')
  sendJson(response, status, { problem, error: message })
}
