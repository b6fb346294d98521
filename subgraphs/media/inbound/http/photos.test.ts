import { connect } from 'node:net'
import { crc32 } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import sharp from 'sharp'
import { listen } from '../../../../chassis/http.ts'
import { newId } from '../../../../chassis/ids.ts'
import { photoNamedBy } from '../../../../schema/photos/photo-id.ts'
import { isStored } from '../../domain/photo.ts'
import { encode } from '../../outbound/sharp/encode.ts'
import { memoryPhotos, memoryPictures } from '../../testing/memory.ts'
import { mediaOn, settings } from '../../testing/rig.ts'
import { photosRoute } from './photos.ts'

const photos = memoryPhotos()
const { media, tokenFor, pass } = mediaOn({ photos, pictures: memoryPictures() }, encode, { mostUploadsADay: 1_000 })
const serve = (options: { requestMs?: number } = {}) =>
  listen({ host: '127.0.0.1', port: 0, needs: [], routes: { '/photos': photosRoute(media) }, ...options })
let server: Awaited<ReturnType<typeof listen>>
const url = () => `http://127.0.0.1:${server.port}/photos`
beforeAll(async () => {
  server = await serve()
})
afterAll(() => server.close(AbortSignal.abort()))

const post = (token: string, body: Uint8Array, type = 'image/jpeg') =>
  fetch(url(), {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': type },
    body: Buffer.from(body),
  })

/** Uploads as a new user; the status and the answer. */
async function upload(body: Uint8Array, purpose: 'ITEM' | 'READY' | 'PROOF' = 'READY') {
  const [uploader, subject] = [newId(), newId()]
  const response = await post(await tokenFor(uploader, purpose, subject), body)
  const { photoId = '', problem } = (await response.json()) as { photoId?: string; problem?: string }
  const photo = photoNamedBy([settings.photoKeys[purpose]], photoId, { purpose, subject, uploader })
  return { status: response.status, problem, photo }
}

/** The address of a photo here. */
async function addressOf(id: string | null, size: 'LARGE' | 'SMALL' = 'LARGE') {
  const [photo] = await photos.byIds([id ?? ''])
  if (!photo || !isStored(photo)) throw new Error('There is no such photo.')
  return media.shows.urlOf(photo, size).replace('/photos', url())
}
const pictureOf = async (...photo: Parameters<typeof addressOf>) =>
  Buffer.from(await (await fetch(await addressOf(...photo))).arrayBuffer())

const canvas = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: { r: 200, g: 60, b: 90 } } })

/** Taken in 분당, with the phone on its side. */
const withPlace = () =>
  canvas(2_000, 1_000)
    .withMetadata({ orientation: 6 })
    .withExifMerge({
      IFD0: { Make: 'planted camera' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '37/1 21/1 0/1', GPSLongitudeRef: 'E', GPSLongitude: '127/1 7/1 0/1' },
    })
    .jpeg()
    .toBuffer()

const SVG = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>')

describe('an upload', () => {
  it('is encoded anew, upright and in two sizes, without the place where it was taken', async () => {
    const original = await withPlace()
    expect((await sharp(original).metadata()).exif?.toString('latin1')).toContain('planted camera')
    const { status, photo } = await upload(original)
    expect(status).toBe(201)
    for (const [size, width, height] of [
      ['LARGE', 800, 1_600],
      ['SMALL', 240, 480],
    ] as const) {
      const picture = await pictureOf(photo, size)
      const metadata = await sharp(picture).metadata()
      expect(metadata).toMatchObject({ format: 'webp', width, height })
      expect([metadata.exif, metadata.xmp, metadata.iptc, metadata.orientation]).toEqual([])
      expect(picture.toString('latin1')).not.toMatch(/EXIF|planted/)
    }
  })

  it.each([
    ['a PNG', () => canvas(30, 20).png().toBuffer()],
    ['a WebP', () => canvas(30, 20).webp().toBuffer()],
  ])('may be %s', async (_, make) => {
    expect(await upload(await make())).toMatchObject({ status: 201, photo: expect.any(String) })
  })

  it.each([
    ['an SVG named .jpg', () => SVG, 415, 'NOT_A_PICTURE'],
    ['an SVG with a JPEG’s first bytes', () => Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), SVG]), 422, 'DAMAGED'],
    ['a GIF', () => canvas(9, 9).gif().toBuffer(), 415, 'NOT_A_PICTURE'],
    ['a TIFF', () => canvas(9, 9).tiff().toBuffer(), 415, 'NOT_A_PICTURE'],
    ['HTML', () => Buffer.from('<!doctype html><script>alert(1)</script>'), 415, 'NOT_A_PICTURE'],
    ['nothing', () => Buffer.alloc(0), 415, 'NOT_A_PICTURE'],
    ['half a JPEG', async () => (await withPlace()).subarray(0, 900), 422, 'DAMAGED'],
    ['a bomb of 30,000 by 30,000 pixels', bomb, 422, 'TOO_MANY_PIXELS'],
  ])('is refused if it is %s', async (_, make, status, problem) => {
    expect(await upload(await make())).toEqual({ status, problem, photo: null })
  })

  it('has at most 8 MiB, whether it says so before or not', async () => {
    const most = 8 * 1024 * 1024
    const token = await tokenFor(newId())
    const big = Buffer.concat([await canvas(9, 9).jpeg().toBuffer(), Buffer.alloc(most)])
    expect((await post(token, big.subarray(0, most + 1))).status).toBe(413)
    const streamed = await fetch(url(), {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: new Blob([big.subarray(0, most + 1)]).stream(),
      duplex: 'half',
    } as RequestInit) // Node's fetch has `duplex`, which TypeScript's does not know.
    expect(streamed.status).toBe(413)
    expect((await post(token, big.subarray(0, most))).status).toBe(201)
  })

  it('needs a ticket of ours that has not expired and is not used up', async () => {
    const picture = await canvas(9, 9).jpeg().toBuffer()
    expect((await fetch(url(), { method: 'POST', body: Buffer.from(picture) })).status).toBe(401)
    expect((await post('no.ticket', picture)).status).toBe(401)
    const token = await tokenFor(newId())
    const files = await Promise.all([9, 10].map((height) => canvas(9, height).jpeg().toBuffer()))
    const statuses = await Promise.all(files.map(async (file) => (await post(token, file)).status))
    expect(statuses.sort()).toEqual([201, 409])
    const late = await tokenFor(newId())
    pass(10 * 60_000)
    expect((await post(late, picture)).status).toBe(401)
  })

  it('that comes slowly is cut off, and then others are taken', async () => {
    const impatient = await serve({ requestMs: 1_000 })
    const uploader = newId()
    const slow = await Promise.all(
      [1, 2].map(async () => {
        const socket = connect(impatient.port, '127.0.0.1')
        socket.on('error', () => {})
        const head = ['POST /photos HTTP/1.1', 'host: x', `authorization: Bearer ${await tokenFor(uploader)}`]
        socket.write([...head, 'content-length: 1000', '', 'x'].join('\r\n'))
        return new Promise<string>((resolve) => {
          let answer = ''
          socket.on('data', (data) => {
            answer += data
          })
          socket.on('close', () => resolve(answer))
        })
      }),
    )
    await impatient.close(AbortSignal.abort())
    expect(slow.map((answer) => answer.split('\r\n')[0])).toEqual(Array(2).fill('HTTP/1.1 408 Request Timeout'))
    expect((await post(await tokenFor(uploader), await canvas(9, 9).jpeg().toBuffer())).status).toBe(201)
  })
})

describe('a picture', () => {
  it('of an item is kept by caches, by its URL, and known again', async () => {
    const { photo } = await upload(await canvas(9, 9).jpeg().toBuffer(), 'ITEM')
    const address = await addressOf(photo)
    const shown = await fetch(address)
    expect(shown.headers.get('cache-control')).toMatch(/^public, max-age=\d+, immutable$/)
    expect(shown.headers.get('content-type')).toBe('image/webp')
    expect(shown.headers.get('x-content-type-options')).toBe('nosniff')
    const again = await fetch(address, { headers: { 'if-none-match': shown.headers.get('etag') ?? '' } })
    expect([again.status, await again.text()]).toEqual([304, ''])
  })

  it('of an order is kept by none, and not shown after its URL has expired, or by another’s', async () => {
    const { photo } = await upload(await canvas(9, 9).jpeg().toBuffer(), 'PROOF')
    const { photo: other } = await upload(await canvas(9, 9).jpeg().toBuffer(), 'PROOF')
    const address = await addressOf(photo)
    expect((await fetch(address)).headers.get('cache-control')).toBe('private, no-store')
    expect((await fetch(address.replace(photo ?? '', other ?? ''))).status).toBe(404)
    expect((await fetch(address.replace('LARGE', 'SMALL'))).status).toBe(404)
    expect((await fetch(url())).status).toBe(404)
    pass(20 * 60_000)
    expect((await fetch(address)).status).toBe(404)
  })

  it('is asked for by GET only', async () => {
    const refused = await fetch(url(), { method: 'PUT' })
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST'])
  })
})

/** A PNG of a few bytes that says that it is larger. */
async function bomb(): Promise<Buffer> {
  const png = await canvas(9, 9).png().toBuffer()
  const [header, size] = [12, 16] // Where the chunk IHDR is, and what it says first.
  png.writeUInt32BE(30_000, size)
  png.writeUInt32BE(30_000, size + 4)
  png.writeUInt32BE(crc32(png.subarray(header, header + 17)), header + 17)
  return png
}
