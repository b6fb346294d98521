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

/** The longest message that is framed here: its length is said in 2 bytes. */
export const LONGEST_FRAMED = 65_535

/** The most bytes that a message of this beginning and result takes. */
export const bytesAtMost = (start: string, result: string) => start.length + 3 * result.length + 1

/**
 * The frame of a `next` message: its beginning (in ASCII), the JSON text of a result, and a brace; LONGEST_FRAMED bytes at
 * most. It is good until the next one is made, or for as long as a socket has it if that was told by `keepFrame`.
 */
export function framed(start: string, result: string): Buffer {
  if (desk?.result !== result) desk = laidOut(result, bytesAtMost(start, result))
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

/** The last frame stays as it is: a socket still reads from it. */
export function keepFrame(): void {
  desk = null
}

function laidOut(result: string, most: number) {
  const size = BEGINNING + most
  const bytes = desk && desk.bytes.length >= size ? desk.bytes : Buffer.allocUnsafeSlow(Math.max(size, SMALLEST))
  const end = BEGINNING + bytes.write(`${result}}`, BEGINNING)
  return { bytes, result, end, start: '', frame: bytes }
}
