import sharp from 'sharp'
import type { Encoded } from '../../application/ports.ts'
import type { PhotoSize } from '../../domain/photo.ts'

// One picture at a time, on one thread, and nothing is kept: a process's memory is bounded by one picture.
sharp.cache(false)
sharp.concurrency(1)
// Everything else that libvips can read (SVG, PDF, HEIC …) is refused even if a check of ours should fail.
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({ operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer', 'VipsForeignLoadWebpBuffer'] })

/** More than any phone's camera makes in a picture of 8 MiB. Decoded it takes 150 MB. */
const MOST_PIXELS = 50_000_000
/** The most that decoding and encoding one picture may take. */
const TIMEOUT_S = 20
/** The longer side, in pixels. */
const SIDES: { [Size in PhotoSize]: number } = { LARGE: 1_600, SMALL: 480 }
/** A picture is one message (chassis/nats/blobs.ts). One that is larger is encoded with less quality. */
const MOST_PICTURE_BYTES = 900_000
const QUALITIES = [80, 60, 40, 20]

/**
 * Decodes a JPEG, PNG or WebP, whatever it is called, and encodes it anew as WebP in two sizes: upright, in sRGB, and without anything
 * that is not seen, such as the place where it was taken. Of an animation the first picture.
 */
export async function encode(bytes: Uint8Array): Promise<Encoded> {
  if (!isPicture(bytes)) return { problem: 'NOT_A_PICTURE' }
  try {
    const { width, height } = await sharp(bytes, { limitInputPixels: false }).metadata()
    if (width * height > MOST_PIXELS) return { problem: 'TOO_MANY_PIXELS' }
    const large = await shrink(bytes, SIDES.LARGE)
    const small = await shrink(large.data, SIDES.SMALL)
    return { width: large.width, height: large.height, pictures: { LARGE: large.data, SMALL: small.data } }
  } catch (error) {
    // Whatever libvips says of a file that begins like a picture: the file is damaged, or made to harm.
    if (error instanceof Error) return { problem: 'DAMAGED' }
    throw error
  }
}

async function shrink(bytes: Uint8Array, side: number): Promise<{ data: Buffer; width: number; height: number }> {
  for (const quality of QUALITIES) {
    const { data, info } = await sharp(bytes, { limitInputPixels: MOST_PIXELS, failOn: 'error', sequentialRead: true })
      .timeout({ seconds: TIMEOUT_S })
      .autoOrient()
      .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
      .webp({ quality })
      .toBuffer({ resolveWithObject: true })
    if (data.length <= MOST_PICTURE_BYTES) return { data, width: info.width, height: info.height }
  }
  throw new Error('The picture cannot be made small enough.')
}

/** By its first bytes: names and media types are whatever a client says. */
function isPicture(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.subarray(0, 12)).toString('latin1')
  return head.startsWith('\xff\xd8\xff') || head.startsWith('\x89PNG\r\n\x1a\n') || /^RIFF.{4}WEBP/s.test(head)
}
