import type { Transport } from './transport.ts'
import { send, type WsClient } from './ws-client.ts'

/** Longer than any message's beginning: an id of 256 characters, each written as \uXXXX, and the words around it. */
const BEGINNING = 2_048
const SMALLEST = 64 * 1_024

/**
 * Where messages are put together: the bytes of the last result, a brace, and before them the beginning of the message
 * that is being sent. Equal results come one after the other, to many clients: each then costs its beginning only, and
 * no memory of its own. Null while a socket has it.
 */
let desk: { bytes: Buffer; result: string; end: number } | null = null

/** Sends a `next` message: its beginning (in ASCII), the JSON text of a result, and a brace. */
export function sendNext(transport: Transport, client: WsClient, start: string, result: string) {
  const { ws } = client
  const message = composed(start, result)
  // Behind what waits already it would wait too, so it gets memory of its own.
  if (ws.bufferedAmount > 0) return send(transport, client, Buffer.from(message))
  send(transport, client, message)
  // What the kernel has not taken at once is still read from there.
  if (ws.bufferedAmount > 0) desk = null
}

function composed(start: string, result: string): Buffer {
  if (desk?.result !== result) desk = laidOut(result)
  const from = BEGINNING - start.length
  desk.bytes.write(start, from, 'latin1')
  return desk.bytes.subarray(from, desk.end)
}

function laidOut(result: string) {
  // One character is at most three bytes of UTF-8.
  const most = BEGINNING + 3 * result.length + 1
  const bytes = desk && desk.bytes.length >= most ? desk.bytes : Buffer.allocUnsafeSlow(Math.max(most, SMALLEST))
  const end = BEGINNING + bytes.write(`${result}}`, BEGINNING)
  return { bytes, result, end }
}
