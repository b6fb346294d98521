import { type Kind, serverErrorIn } from '../kind.ts'
import { sendBytes } from '../lab/send-bytes.ts'
import { oddJson, oddString, oddText, oddValue } from '../odd.ts'
import { OPERATIONS } from '../seeds.ts'
import { MESSAGES } from '../words.ts'

/** A WebSocket frame: the first byte, and the payload in base64. With `raw` both are sent unchanged, without a frame header. */
type Frame = { first: number; data: string; raw?: boolean }
type Frames = { authorized: boolean; protocol: string; frames: Frame[] }

const TEXT = 0x81
/** Fragments, binary, close, ping, pong, reserved bits and opcodes. */
const FIRST_BYTES = [0x01, 0x00, 0x80, 0x82, 0x02, 0x88, 0x89, 0x8a, 0xc1, 0xf1, 0x83, 0x8f, 0x08, 0x09, 0x00]

const frame = (text: string, first = TEXT): Frame => ({ first, data: Buffer.from(text).toString('base64') })

/** A client's messages after the handshake, valid and invalid, in any order. */
export const frames: Kind<Frames> = {
  name: 'frames',
  share: 12,
  create: (random) => {
    const subscribe = () => ({
      id: random.pick(['1', '2', oddText(random)]),
      type: 'subscribe',
      payload: random.pick(OPERATIONS),
    })
    const creators: (() => Frame)[] = [
      () => frame(JSON.stringify(subscribe())),
      () => frame(JSON.stringify({ id: random.pick(['1', '2']), type: 'complete' })),
      () => frame(JSON.stringify(oddJson(random, subscribe()))),
      () => frame(JSON.stringify(oddJson(random, { type: random.pick(MESSAGES), id: '1', payload: oddValue(random) }))),
      () => frame(JSON.stringify({ type: 'ping', payload: oddValue(random) })),
      () => frame(oddString(random, JSON.stringify(subscribe()))),
      () => frame(JSON.stringify(oddValue(random))),
      () => frame(oddText(random), random.pick(FIRST_BYTES)),
      () => ({ ...frame(oddText(random), random.below(256)), raw: true }),
      () => ({ first: TEXT, data: Buffer.from([0xff, 0xfe, random.below(256)]).toString('base64') }),
    ]
    const all = Array.from({ length: 1 + random.below(6) }, () => random.pick(creators)())
    const init = frame(JSON.stringify({ type: 'connection_init', payload: random.chance(0.3) ? oddValue(random) : {} }))
    if (random.chance(0.8)) all.unshift(init)
    const protocol = random.chance(0.95)
      ? 'graphql-transport-ws'
      : random.pick(['', 'graphql-ws', 'x, graphql-transport-ws'])
    return { authorized: random.chance(0.5), protocol, frames: all }
  },
  run: async ({ authorized, protocol, frames: all }, lab) => {
    const lines = [
      ...[
        'GET /graphql HTTP/1.1',
        'Host: lab',
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
      ],
      ...['Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==', ...(protocol ? [`Sec-WebSocket-Protocol: ${protocol}`] : [])],
      ...(authorized ? [`Authorization: ${lab.authorization}`] : []),
    ]
    const received = await sendBytes(lab.port, [Buffer.from(`${lines.join('\r\n')}\r\n\r\n`)], all.map(bytesOf))
    if (received.ended === 'late') return 'the connection is not closed'
    const status = Number(/^HTTP\/1.1 (\d+)/.exec(received.text)?.[1] ?? 101)
    return status >= 500 ? `status ${status}` : serverErrorIn(received.text)
  },
}

/** Encodes a client's frame, with a mask of zeros. */
function bytesOf({ first, data, raw }: Frame): Buffer {
  const payload = Buffer.from(data, 'base64')
  if (raw) return Buffer.concat([Buffer.from([first]), payload])
  const long = payload.length > 125
  const head = Buffer.alloc(long ? 8 : 6)
  head[0] = first
  head[1] = 0x80 | (long ? 126 : payload.length)
  if (long) head.writeUInt16BE(Math.min(payload.length, 65_535), 2)
  return Buffer.concat([head, payload.subarray(0, 65_535)])
}
