import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate, zstdDecompress } from 'node:zlib'

type Decode = (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>

/** By the names of RFC 9110, 8.4.1, and RFC 8878. */
const DECODERS: ReadonlyMap<string, Decode> = new Map([
  ['identity', async (bytes: Buffer) => bytes],
  ['gzip', promisify(gunzip)],
  ['x-gzip', promisify(gunzip)],
  ['deflate', promisify(inflate)],
  ['br', promisify(brotliDecompress)],
  ['zstd', promisify(zstdDecompress)],
])

/**
 * The content of a response with this `content-encoding`, at most `maxBytes`. Throws with the reason if it cannot be read.
 * Requests ask for `identity`, but some proxies compress nevertheless. undici's own interceptor for this is experimental,
 * and wraps every exchange.
 */
export async function decodeContent(bytes: Buffer, contentEncoding: string, maxBytes: number): Promise<Buffer> {
  const decode = DECODERS.get(contentEncoding.trim().toLowerCase())
  if (!decode) throw new Error(`content-encoding ${contentEncoding} is not known here`)
  try {
    return await decode(bytes, { maxOutputLength: maxBytes })
  } catch (error) {
    throw new Error(`content-encoding ${contentEncoding}: ${error instanceof Error ? error.message : error}`)
  }
}
