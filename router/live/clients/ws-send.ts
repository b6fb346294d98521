import { WebSocket } from 'ws'
import { detached } from '../../../chassis/detached.ts'
import type { Transport } from './transport.ts'
import { pauseOrResume, startWaiting, type WsClient } from './ws-client.ts'
import { frameOf, handOverFrame, MAX_FRAMED_BYTES, maxBytesOf } from './ws-frame.ts'

type QueuedResult = { transport: Transport; client: WsClient; prefix: string; result: string }

/**
 * The `next` messages of this tick. A message from NATS is first rendered for all subscribers and then written to all
 * sockets, because writes right after each other are faster: their code stays in the CPU's caches.
 */
let queue: QueuedResult[] = []
let queuedLength = 0
/** Characters. A longer queue is written before the tick ends, so that stalled clients are noticed. */
const MAX_QUEUED_LENGTH = 65_536

/** Queues a `next` message until the tick ends: a prefix in ASCII, the JSON text of a result, and a brace. */
export function queueNext(transport: Transport, client: WsClient, prefix: string, result: string): void {
  if (queue.length === 0) process.nextTick(flushQueue)
  queue.push({ transport, client, prefix, result })
  queuedLength += result.length
  if (queuedLength > MAX_QUEUED_LENGTH) flushQueue()
}

/** Writes the queue now, so that no other message overtakes it. */
export function flushQueue(): void {
  if (queue.length === 0) return
  const batch = queue
  queue = []
  queuedLength = 0
  for (const next of batch) {
    const { transport, client } = next
    detached(() => write(next), {
      log: transport.log,
      what: 'a result could not be sent',
      end: () => client.ws.terminate(),
    })
  }
}

/** Writes the frame to the socket in one piece if nothing is buffered; ws would write its header and message separately. */
function write({ transport, client, prefix, result }: QueuedResult): void {
  const { ws, socket } = client
  const maxBytes = maxBytesOf(prefix, result)
  const isShort = maxBytes <= transport.limits.waitingBytes && maxBytes <= MAX_FRAMED_BYTES
  if (!isShort || ws.bufferedAmount > 0 || ws.readyState !== WebSocket.OPEN) {
    sendNow(transport, client, `${prefix}${result}}`)
    return
  }
  socket.write(frameOf(prefix, result))
  // The socket reads the rest from the frame's buffer later.
  if (socket.writableLength > 0) handOverFrame()
}

/** Is called when a message has been handed to the kernel, or with an error if it never will be. */
export type OnSent = (error?: Error | null) => void

/**
 * Sends a message. While a client has more than `waitingBytes` unsent, nothing is read from it. If its quota has more than
 * `untakenBytes`, it is disconnected.
 */
export function send(transport: Transport, client: WsClient, message: string, onSent?: OnSent) {
  flushQueue()
  sendNow(transport, client, message, onSent)
}

function sendNow(transport: Transport, client: WsClient, message: string, onSent?: OnSent) {
  const { ws, quota } = client
  const { limits, quotas } = transport
  if (ws.bufferedAmount + message.length <= limits.waitingBytes) return ws.send(message, AS_TEXT, onSent)
  const bytes = Buffer.byteLength(message)
  if (!quotas.holdBytes(quota, bytes)) {
    ws.terminate()
    return onSent?.(new Error('The client is disconnected.'))
  }
  if (client.stalledSeconds === null) {
    client.stalledSeconds = 0
    pauseOrResume(client)
  }
  // `ws` has no drain event, so the callback of the message that exceeded the limit is used.
  ws.send(message, AS_TEXT, (error) => {
    quotas.releaseBytes(quota, bytes)
    if (!error) resumeIfDrained(transport, client)
    onSent?.(error)
  })
}

const AS_TEXT = { binary: false }

function resumeIfDrained({ limits, log }: Transport, client: WsClient): void {
  const { ws, operations } = client
  if (client.stalledSeconds === null || ws.bufferedAmount > limits.waitingBytes) return
  client.stalledSeconds = null
  pauseOrResume(client)
  const resume = () => {
    for (const operation of operations?.values() ?? []) {
      if (operation.subscription) operation.subscription.drained()
      else operation.drainedEarly = true
    }
    startWaiting(client)
  }
  detached(resume, { log, what: 'a drained client could not be resumed', end: () => ws.terminate() })
}
