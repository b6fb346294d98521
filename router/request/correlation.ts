import { randomFillSync, randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** The headers that tie one request's log lines and traces together in all services. */
export type Correlation = { 'x-request-id': string; traceparent: string }

const REQUEST_ID = /^[\w.:-]{1,128}$/
/** W3C Trace Context, version 00: trace, parent span, flags. */
const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})$/

/** Goes on with the client's request id and trace where they are well-formed, and begins new ones where not. */
export function correlation(headers: IncomingHttpHeaders): Correlation {
  const given = headers['x-request-id']
  const [, trace = randomHex(16), flags = '00'] = TRACEPARENT.exec(`${headers.traceparent}`) ?? []
  return {
    'x-request-id': typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID(),
    traceparent: `00-${trace}-${randomHex(8)}-${flags}`,
  }
}

/** Asking the system for many at once costs a tenth. */
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
