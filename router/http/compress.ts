import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { readWeighted } from '../request/negotiate.ts'

/** The encoding is undefined for a body that is sent as it is. */
export type Encoded = { encoding?: 'br' | 'gzip'; body: string | Buffer }

/** Below this, what compressing saves is not worth a header. */
const MIN_BYTES = 1_024
/** Compressions at once, on threads beside the main one. What comes meanwhile is sent as it is, so that they never take all cores. */
const AT_ONCE = 2
/** Half the ratio's gain of the default for a tenth of its time. */
const QUALITY = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }

const [compressBrotli, compressGzip] = [promisify(brotliCompress), promisify(gzip)]
const encoders = {
  br: (text: string) => compressBrotli(text, QUALITY),
  gzip: (text: string) => compressGzip(text, { level: 4 }),
}

let underWay = 0

/** Compresses an answer of at least 1 KB for a client that accepts brotli or gzip, unless others are being compressed already. */
export function compress(text: string, accepted: string | string[] | undefined): Encoded | Promise<Encoded> {
  const encoding = text.length < MIN_BYTES || !accepted ? undefined : encodingFor(String(accepted))
  return encoding && underWay < AT_ONCE ? encode(text, encoding) : { body: text }
}

async function encode(text: string, encoding: 'br' | 'gzip'): Promise<Encoded> {
  underWay++
  try {
    return { encoding, body: await encoders[encoding](text) }
  } finally {
    underWay--
  }
}

/** Brotli rather than gzip, if the client does not prefer the latter (RFC 9110, 12.5.3). */
function encodingFor(accepted: string): 'br' | 'gzip' | undefined {
  const weights = new Map(readWeighted(accepted).map(({ name, weight }) => [name, weight]))
  const weightOf = (encoding: string) => weights.get(encoding) ?? weights.get('*') ?? 0
  const [br, gzip] = [weightOf('br'), weightOf('gzip')]
  if (br > 0 && br >= gzip) return 'br'
  return gzip > 0 ? 'gzip' : undefined
}
