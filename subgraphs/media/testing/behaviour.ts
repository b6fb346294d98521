import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { newId } from '../../../chassis/ids.ts'
import { photoNamedBy } from '../../../schema/photos/photo-id.ts'
import { NoRoomForPictures, type Photos, type Pictures } from '../application/ports.ts'
import { begun, type StoredPhoto } from '../domain/photo.ts'
import { mediaOn, settings } from './rig.ts'

/** What keeps the context's rows and pictures. */
export type Kept = { photos: Photos; pictures: Pictures; close(): Promise<void> }

const DAY_MS = 24 * 60 * 60_000
const [file, otherFile] = [new Uint8Array([1]), new Uint8Array([2])]

/** The behaviour of the media context, with any adapters of its rows and pictures. */
export function mediaBehaviour(make: () => Promise<Kept>): void {
  let kept: Kept
  beforeAll(async () => {
    kept = await make()
  })
  afterAll(() => kept?.close())

  const rig = (...more: Parameters<typeof mediaOn> extends [unknown, ...infer Rest] ? Rest : never) => {
    const { media, tokenFor, ...rest } = mediaOn(kept, ...more)
    /** A good ticket. */
    const ticketFor = async (...of: Parameters<typeof tokenFor>) => {
      const ticket = media.uploads.ticketIn(await tokenFor(...of))
      if (!ticket) throw new Error('the ticket is not good')
      return ticket
    }
    const rowOf = async (id: string) => (await kept.photos.byIds([id]))[0]
    const queryOf = async (id: string, size: 'LARGE' | 'SMALL' = 'LARGE') => {
      const url = media.shows.urlOf((await rowOf(id)) as StoredPhoto, size) // It was stored just now.
      return new URLSearchParams(url.split('?')[1])
    }
    return { media, tokenFor, ticketFor, rowOf, queryOf, ...rest }
  }

  describe('a ticket', () => {
    it('is for one thing, which its purpose needs', async () => {
      const { media } = rig()
      const ask = (input: object) => media.commands.requestUpload(newId(), { purpose: 'PROOF', ...input })
      const problem = (field: string, code: string) => ({ type: 'InvalidInput', problems: [{ path: [field], code }] })
      expect(await ask({})).toMatchObject(problem('deliveryId', 'REQUIRED'))
      expect(await ask({ deliveryId: newId(), orderId: newId() })).toMatchObject(problem('orderId', 'NOT_ALLOWED'))
      expect(await ask({ deliveryId: 'no id' })).toMatchObject(problem('deliveryId', 'WRONG_FORMAT'))
      expect(await ask({ deliveryId: newId() })).toMatchObject({ upload: { url: '/photos', maxBytes: 8_388_608 } })
    })

    it('is good for ten minutes, and only as it was made', async () => {
      const { media, tokenFor, pass } = rig()
      const token = await tokenFor(newId())
      expect(media.uploads.ticketIn(token)).not.toBeNull()
      const [body = '', mac = ''] = token.split('.')
      const forged = Buffer.from(Buffer.from(body, 'base64url').toString().replace('READY', 'PROOF')).toString(
        'base64url',
      )
      for (const wrong of ['', body, `${forged}.${mac}`, `${token}x`, `${token}.x`])
        expect(media.uploads.ticketIn(wrong)).toBeNull()
      pass(10 * 60_000)
      expect(media.uploads.ticketIn(token)).toBeNull()
    })

    it('is used by one of several uploads at once', async () => {
      const { media, ticketFor } = rig()
      const ticket = await ticketFor(newId())
      const results = await Promise.all([1, 2, 3, 4].map((at) => media.uploads.take(ticket, new Uint8Array([at]))))
      expect(await kept.pictures.get(ticket.id, 'LARGE')).not.toBeNull() // No loser removes the winner's.
      expect(results.filter((result) => 'photoId' in result)).toHaveLength(1)
      expect(results.filter((result) => 'problem' in result && result.problem === 'USED')).toHaveLength(3)
    })

    it('answers the same file as the first time, whose answer may have been lost, and refuses another', async () => {
      const { media, ticketFor } = rig()
      const ticket = await ticketFor(newId())
      const first = await media.uploads.take(ticket, file)
      expect(first).toMatchObject({ photoId: expect.any(String) })
      expect(await media.uploads.take(ticket, file)).toEqual(first)
      expect(await media.uploads.take(ticket, otherFile)).toEqual({ problem: 'USED' })
    })

    it('is given, and taken, until a user has uploaded the most within a day', async () => {
      const { media, ticketFor, pass } = rig()
      const user = newId()
      const tickets = await Promise.all(Array.from({ length: settings.mostUploadsADay + 1 }, () => ticketFor(user)))
      const results = []
      for (const ticket of tickets) results.push(await media.uploads.take(ticket, file))
      expect(results.filter((result) => 'photoId' in result)).toHaveLength(settings.mostUploadsADay)
      expect(results.at(-1)).toEqual({ problem: 'TOO_MANY' })
      const ask = () => media.commands.requestUpload(user, { purpose: 'ITEM', storeId: newId() })
      expect(await ask()).toMatchObject({ type: 'TooManyUploads', retryAfter: expect.any(Number) })
      pass(DAY_MS)
      expect(await ask()).toMatchObject({ type: 'UploadPayload' })
    })
  })

  describe('a photo', () => {
    it('has an id that names it to the context of its purpose only', async () => {
      const { media, ticketFor } = rig()
      const [uploader, subject] = [newId(), newId()]
      const ticket = await ticketFor(uploader, 'PROOF', subject)
      const taken = await media.uploads.take(ticket, file)
      const named = (key: string) =>
        'photoId' in taken && photoNamedBy([key], taken.photoId, { purpose: 'PROOF', subject, uploader })
      expect(named(settings.photoKeys.PROOF)).toBe(ticket.id)
      expect(named(settings.photoKeys.READY)).toBeNull()
    })

    it('is shown by its URL until that expires; an item’s by the same one for a day, and by caches', async () => {
      const { media, ticketFor, queryOf, pass } = rig()
      const ticket = await ticketFor(newId(), 'ITEM')
      await media.uploads.take(ticket, file)
      const query = await queryOf(ticket.id)
      expect(await queryOf(ticket.id)).toEqual(query)
      expect(await media.shows.picture(query)).toMatchObject({
        bytes: new Uint8Array([1, 2, 3]),
        maxAge: expect.any(Number),
      })
      expect(await media.shows.picture(await queryOf(ticket.id, 'SMALL'))).toMatchObject({ bytes: new Uint8Array([1]) })
      const forged = new URLSearchParams(query)
      forged.set('until', String(Number(query.get('until')) + 1))
      expect(await media.shows.picture(forged)).toBeNull()
      pass(DAY_MS - 1_000)
      expect(await media.shows.picture(query)).not.toBeNull()
      pass(DAY_MS + 1_000)
      expect(await media.shows.picture(query)).toBeNull()
    })

    it('of an order is shown for at least a quarter of an hour, and kept by no cache', async () => {
      const { media, ticketFor, queryOf, pass } = rig()
      const ticket = await ticketFor(newId(), 'PROOF')
      await media.uploads.take(ticket, file)
      const query = await queryOf(ticket.id)
      expect(await media.shows.picture(query)).toMatchObject({ maxAge: null })
      pass(15 * 60_000 - 1_000)
      expect(await media.shows.picture(query)).not.toBeNull()
      pass(5 * 60_000 + 1_000)
      expect(await media.shows.picture(query)).toBeNull()
    })
  })

  describe('what is left behind', () => {
    const end = async ({ media }: ReturnType<typeof rig>) => {
      while ((await media.removeDue()) > 0);
    }

    it('an order’s photo is removed after 90 days with its pictures, an item’s stays', async () => {
      const at = rig()
      const [item, proof] = [await at.ticketFor(newId(), 'ITEM'), await at.ticketFor(newId(), 'PROOF')]
      for (const ticket of [item, proof]) await at.media.uploads.take(ticket, file)
      at.pass(90 * DAY_MS - 60_000)
      await end(at)
      expect([await at.rowOf(item.id), await at.rowOf(proof.id)]).toMatchObject([{ id: item.id }, { id: proof.id }])
      at.pass(60_000)
      await end(at)
      expect([await at.rowOf(item.id), await at.rowOf(proof.id)]).toMatchObject([{ id: item.id }, undefined])
      expect(await kept.pictures.get(proof.id, 'LARGE')).toBeNull()
      expect(await kept.pictures.get(item.id, 'SMALL')).not.toBeNull()
    })

    it('an upload that died after some of its pictures is removed a quarter of an hour later', async () => {
      const at = rig()
      const ticket = await at.ticketFor(newId())
      await kept.photos.add(begun(ticket, 'digest', at.now()))
      await kept.pictures.put(ticket.id, 'LARGE', file)
      await end(at)
      expect(await at.rowOf(ticket.id)).toMatchObject({ status: 'STORING' })
      at.pass(15 * 60_000)
      await end(at)
      expect(await at.rowOf(ticket.id)).toBeUndefined()
      expect(await kept.pictures.get(ticket.id, 'LARGE')).toBeNull()
    })

    it('an upload that ends after it was swept leaves no picture, and one that ends before is not swept', async () => {
      const late = rig(async () => {
        late.pass(15 * 60_000)
        await end(late)
        return { width: 1, height: 1, pictures: { LARGE: file, SMALL: file } }
      })
      const ticket = await late.ticketFor(newId())
      expect(await late.media.uploads.take(ticket, file)).toEqual({ problem: 'USED' })
      expect(await kept.pictures.get(ticket.id, 'LARGE')).toBeNull()
      const at = rig()
      const kind = await at.ticketFor(newId())
      const read = begun(kind, 'digest', at.now())
      await at.media.uploads.take(kind, file)
      expect(await kept.photos.retire(read)).toBe(false)
    })

    it('pictures without a row are removed, and no others', async () => {
      const at = rig()
      const [ticket, stray] = [await at.ticketFor(newId()), newId()]
      await at.media.uploads.take(ticket, file)
      await kept.pictures.put(stray, 'SMALL', file)
      expect(await at.media.removeStray()).toBe(1)
      expect(await kept.pictures.get(stray, 'SMALL')).toBeNull()
      expect(await kept.pictures.get(ticket.id, 'SMALL')).not.toBeNull()
    })

    it('an upload for which there is no room leaves nothing, and its ticket is used up', async () => {
      const full: Pictures = {
        ...kept.pictures,
        put: async (id, size, bytes) => {
          if (size === 'SMALL') throw new NoRoomForPictures()
          await kept.pictures.put(id, size, bytes)
        },
      }
      const { media, tokenFor } = mediaOn({ photos: kept.photos, pictures: full })
      const ticket = media.uploads.ticketIn(await tokenFor(newId()))
      if (!ticket) throw new Error('the ticket is not good')
      expect(await media.uploads.take(ticket, file)).toEqual({ problem: 'NO_ROOM' })
      expect(await kept.pictures.get(ticket.id, 'LARGE')).toBeNull()
      expect(await media.uploads.take(ticket, file)).toEqual({ problem: 'USED' })
    })
  })
}
