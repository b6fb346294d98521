import { gzipSync } from 'node:zlib'
import { CONTEXT_HEADER, signContext } from '../../../chassis/signed-context.ts'
import { CONTEXTS } from '../../../scripts/contexts.mjs'
import { type Kind, serverErrorOf } from '../kind.ts'
import { sendBytes } from '../lab/send-bytes.ts'
import { oddJson, oddString, oddText } from '../odd.ts'
import { OPERATIONS } from '../seeds.ts'
import { HEADERS, METHODS, TARGETS } from '../words.ts'

/** An HTTP request: its lines (in latin1), and its body in base64. */
type Request = { lines: string[]; body: string }

/** Raw HTTP requests to the router: valid and invalid lines, headers and bodies. */
export const requests: Kind<Request> = {
  name: 'requests',
  share: 10,
  create: (random) => {
    const good = JSON.stringify(random.pick(OPERATIONS))
    const bodies = [
      () => Buffer.from(good),
      () => Buffer.from(oddString(random, good)),
      () => Buffer.from(JSON.stringify(oddJson(random, JSON.parse(good)))),
      () => Buffer.from(JSON.stringify([JSON.parse(good), JSON.parse(good)])),
      () => gzipSync(good),
      () => Buffer.from([0xef, 0xbb, 0xbf, ...Buffer.from(good)]),
      () => Buffer.from(good, 'utf16le'),
      () => Buffer.from(`{"extensions":${oddExtensions(random.pick(['"x"', '1', '{}', '[]']))},"query":null}`),
      () => Buffer.alloc(0),
      () => Buffer.from('x'.repeat(random.below(300_000))),
    ]
    const body = random.pick(bodies)()
    const length = random.chance(0.9) ? [`content-length: ${body.length}`] : []
    const headers = Array.from({ length: random.below(4) }, () => random.pick(HEADERS))
    const type = random.chance(0.7) ? ['content-type: application/json'] : []
    const oddLine = `${random.pick(METHODS)} ${random.pick(TARGETS)} ${random.chance(0.95) ? 'HTTP/1.1' : 'HTTP/1.0'}`
    const line = random.chance(0.4) ? 'POST /graphql HTTP/1.1' : oddLine
    const lines = [line, 'host: lab', ...type, ...length, ...headers]
    if (random.chance(0.1)) lines[random.below(lines.length)] = oddText(random).slice(0, 1_000)
    return { lines, body: body.toString('base64') }
  },
  run: async ({ lines, body }, lab) => {
    const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
    const { text, ended } = await sendBytes(lab.port, [head, Buffer.from(body, 'base64')])
    if (ended === 'late' && !text.includes('text/event-stream')) return 'the connection is not closed'
    // Node itself answers 501 to an unknown transfer coding (RFC 9112, 6.1).
    const statuses = [...text.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => Number(status))
    const bad = statuses.find((status) => status >= 500 && status !== 501)
    return serverErrorOf({ status: bad ?? 200, text })
  },
}

const oddExtensions = (version: string) => `{"persistedQuery":{"version":${version},"sha256Hash":${version}}}`

/** A signed request to a context, with any body. */
type Signed = { context: string; body: string; headers: { [name: string]: string } }

export const signed: Kind<Signed> = {
  name: 'signed',
  share: 4,
  // Only a holder of the key can request a missing entity, so that is logged as our own bug.
  expected: /a resolver failed/,
  create: (random) => {
    const good = { query: '{ _service { sdl } __typename }', variables: { a: 1 }, operationName: null, extensions: {} }
    const entities = {
      query: 'query ($of: [_Any!]!) { _entities(representations: $of) { __typename } }',
      variables: { of: [{ __typename: 'Order', id: '1' }, oddJson(random, { __typename: 'Item', id: '1' })] },
    }
    const signedBody = oddJson(random, random.pick([good, entities]), random.below(3))
    const text = JSON.stringify(signedBody)
    const headers = random.pick<Signed['headers']>([
      {},
      { 'content-type': oddText(random).replace(/[^ -~]/g, '') },
      { accept: 'text/html' },
    ])
    return { context: random.pick(CONTEXTS), body: random.chance(0.2) ? oddString(random, text) : text, headers }
  },
  run: async ({ context, body, headers }, lab) => {
    const path = `/${context}`
    const request = { method: 'POST', path, audience: context, claims: null, body, once: true }
    const signature = signContext(lab.keys.get(context) ?? '', request, Date.now())
    const { status, text } = await lab.contexts.post(body, { ...headers, [CONTEXT_HEADER]: signature }, path)
    return status >= 500 ? `status ${status}: ${text}` : null
  },
}
