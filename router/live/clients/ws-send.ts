import { WebSocket } from 'ws'
import { detached } from '../../../chassis/detached.ts'
import type { Transport } from './transport.ts'
import { letIn } from './ws-answers.ts'
import type { WsClient } from './ws-client.ts'
import { bytesAtMost, framed, keepFrame, LONGEST_FRAMED } from './ws-frame.ts'

type Next = { transport: Transport; client: WsClient; start: string; result: string }

/**
 * The `next` messages of this turn. What NATS has brought is first told to all, then written to all: one write after the other
 * finds its code and the kernel's in the caches, and the clients awake.
 */
let due: Next[] = []
let dueLength = 0
/** So much (in characters) is written before the turn ends: a client that takes no more is noticed. */
const DUE_AT_MOST = 65_536

/** Sends a `next` message when the turn ends: its beginning (in ASCII), the JSON text of a result, and a brace. */
export function sendNext(transport: Transport, client: WsClient, start: string, result: string): void {
  if (due.length === 0) process.nextTick(sendDue)
  due.push({ transport, client, start, result })
  dueLength += result.length
  if (dueLength > DUE_AT_MOST) sendDue()
}

/** Sends what is due now, lest something else overtake it. */
export function sendDue(): void {
  if (due.length === 0) return
  const all = due
  due = []
  dueLength = 0
  for (const next of all) {
    const { transport, client } = next
    detached(() => write(next), {
      ...{ log: transport.log, what: 'a result could not be sent' },
      end: () => client.ws.terminate(),
    })
  }
}

/** As a frame written to the socket in one piece where nothing waits there: ws would write header and message apart. */
function write({ transport, client, start, result }: Next): void {
  const { ws, socket } = client
  const most = bytesAtMost(start, result)
  const isShort = most <= transport.limits.waitingBytes && most <= LONGEST_FRAMED
  if (!isShort || ws.bufferedAmount > 0 || ws.readyState !== WebSocket.OPEN) {
    pass(transport, client, `${start}${result}}`)
    return
  }
  socket.write(framed(start, result))
  // What the kernel has not taken at once is still read from there.
  if (socket.writableLength > 0) keepFrame()
}

/** Hears that a message has been taken, or (the error) never will be. */
export type WhenTaken = (error?: Error | null) => void

/**
 * Sends a message. A client that has too much waiting is not read from until it has taken it; one whose owner has far too
 * much waiting is cut off.
 */
export function send(transport: Transport, client: WsClient, message: string, whenTaken?: WhenTaken) {
  sendDue()
  pass(transport, client, message, whenTaken)
}

function pass(transport: Transport, client: WsClient, message: string, whenTaken?: WhenTaken) {
  const { ws, owner } = client
  const { limits, owners } = transport
  if (ws.bufferedAmount + message.length <= limits.waitingBytes) return ws.send(message, AS_TEXT, whenTaken)
  const bytes = Buffer.byteLength(message)
  if (!owners.hold(owner, bytes)) {
    ws.terminate()
    return whenTaken?.(new Error('The client is cut off.'))
  }
  if (client.stalledFor === null) {
    client.stalledFor = 0
    ws.pause()
  }
  // A WebSocket has no event for this, and the message itself may be what is too much.
  ws.send(message, AS_TEXT, (error) => {
    owners.taken(owner, bytes)
    if (!error) taken(transport, client)
    whenTaken?.(error)
  })
}

const AS_TEXT = { binary: false }

function taken({ limits, log }: Transport, client: WsClient): void {
  const { ws, operations } = client
  if (client.stalledFor === null || ws.bufferedAmount > limits.waitingBytes) return
  client.stalledFor = null
  ws.resume()
  const goOn = () => {
    for (const operation of operations?.values() ?? []) {
      if (operation.subscription) operation.subscription.drained()
      else operation.wasDrained = true
    }
    letIn(client)
  }
  detached(goOn, { log, what: 'a client could not go on', end: () => ws.terminate() })
}
