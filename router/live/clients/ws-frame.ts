/** Room for the longest beginning of a message: a frame's header, and an id of 256 characters each escaped as \uXXXX. */
const PREFIX_BYTES = 2_048
const MIN_BUFFER_BYTES = 64 * 1_024
/** RFC 6455, 5.2: FIN and the opcode of text. */
const FINAL_TEXT = 0x81
const LENGTH_IN_2_BYTES = 126

/**
 * The buffer in which frames are built: the last result and a brace, and before them the prefix of the current message.
 * Equal results are sent to many clients one after the other; each of those then writes its prefix only and allocates
 * nothing. Null after a socket has kept the buffer.
 */
let scratch: { bytes: Buffer; result: string; resultEnd: number; prefix: string; frame: Buffer } | null = null

/** The longest message for which a frame is built here, because its length is written in 2 bytes. */
export const MAX_FRAMED_BYTES = 65_535

/** An upper bound for the bytes of a message with this prefix and result. */
export const maxBytesOf = (prefix: string, result: string) => prefix.length + 3 * result.length + 1

/**
 * The frame of a `next` message: a prefix in ASCII, the JSON text of a result, and a brace; at most MAX_FRAMED_BYTES. It is
 * valid until the next call, or for good if `handOverFrame` is called before that.
 */
export function frameOf(prefix: string, result: string): Buffer {
  if (scratch?.result !== result) scratch = writeResult(result, maxBytesOf(prefix, result))
  else if (scratch.prefix === prefix) return scratch.frame
  const { bytes, resultEnd } = scratch
  const from = PREFIX_BYTES - prefix.length
  bytes.write(prefix, from, 'latin1')
  const length = resultEnd - from
  let header = from - 2
  if (length < LENGTH_IN_2_BYTES) bytes[from - 1] = length
  else {
    header = from - 4
    bytes[from - 3] = LENGTH_IN_2_BYTES
    bytes.writeUInt16BE(length, from - 2)
  }
  bytes[header] = FINAL_TEXT
  scratch.prefix = prefix
  scratch.frame = bytes.subarray(header, resultEnd)
  return scratch.frame
}

/** Leaves the last frame's buffer to the socket that is still reading from it. */
export function handOverFrame(): void {
  scratch = null
}

function writeResult(result: string, maxBytes: number) {
  const size = PREFIX_BYTES + maxBytes
  const bytes =
    scratch && scratch.bytes.length >= size ? scratch.bytes : Buffer.allocUnsafeSlow(Math.max(size, MIN_BUFFER_BYTES))
  const resultEnd = PREFIX_BYTES + bytes.write(`${result}}`, PREFIX_BYTES)
  return { bytes, result, resultEnd, prefix: '', frame: bytes }
}
