import { WebSocket } from 'ws'
import type { Transport } from './transport.ts'
import { send, type WsClient } from './ws-client.ts'

/** Longer than any message's beginning: a frame's header, an id of 256 characters each written as \uXXXX, some words. */
const BEGINNING = 2_048
const SMALLEST = 64 * 1_024
/** RFC 6455, 5.2: the one frame of a text message. */
const FINAL_TEXT = 0x81
const LENGTH_IN_2_BYTES = 126

/**
 * Where messages are put together: the bytes of the last result, a brace, and before them the beginning of the message
 * that is being sent. Equal results come one after the other, to many clients: each then costs its beginning only, and
 * no memory of its own. Null while a socket has it.
 */
let desk: { bytes: Buffer; result: string; end: number; start: string; frame: Buffer } | null = null

/**
 * Sends a `next` message: its beginning (in ASCII), the JSON text of a result, and a brace. As a frame written to the socket
 * in one piece where nothing waits there: ws would write header and message apart.
 */
export function sendNext(transport: Transport, client: WsClient, start: string, result: string): void {
  const { ws, socket } = client
  const most = start.length + 3 * result.length + 1 // One character is at most three bytes of UTF-8.
  const isShort = most <= transport.limits.waitingBytes && most < 65_536
  if (!isShort || ws.bufferedAmount > 0 || ws.readyState !== WebSocket.OPEN) {
    send(transport, client, `${start}${result}}`)
    return
  }
  socket.write(framed(start, result, most))
  // What the kernel has not taken at once is still read from there.
  if (socket.writableLength > 0) desk = null
}

function framed(start: string, result: string, most: number): Buffer {
  if (desk?.result !== result) desk = laidOut(result, most)
  else if (desk.start === start) return desk.frame
  const { bytes, end } = desk
  const from = BEGINNING - start.length
  bytes.write(start, from, 'latin1')
  const length = end - from
  let header = from - 2
  if (length < LENGTH_IN_2_BYTES) bytes[from - 1] = length
  else {
    header = from - 4
    bytes[from - 3] = LENGTH_IN_2_BYTES
    bytes.writeUInt16BE(length, from - 2)
  }
  bytes[header] = FINAL_TEXT
  desk.start = start
  desk.frame = bytes.subarray(header, end)
  return desk.frame
}

function laidOut(result: string, most: number) {
  const size = BEGINNING + most
  const bytes = desk && desk.bytes.length >= size ? desk.bytes : Buffer.allocUnsafeSlow(Math.max(size, SMALLEST))
  const end = BEGINNING + bytes.write(`${result}}`, BEGINNING)
  return { bytes, result, end, start: '', frame: bytes }
}
