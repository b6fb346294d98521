import { createHash } from 'node:crypto'
import { photoIdOf } from '../../../schema/photos/photo-id.ts'
import { begun, type Photo, refused, SIZES, stored, type Ticket } from '../domain/photo.ts'
import { type Encoded, NoRoomForPictures, type Ports } from './ports.ts'
import { hasUploadedMost } from './request-upload.ts'

export type Taken =
  | { photoId: string }
  | { problem: Extract<Encoded, { problem: string }>['problem'] | 'USED' | 'TOO_MANY' | 'NO_ROOM' }

/**
 * Takes an upload. The ticket is used up by the row, which is there before any picture is: of two uploads at once one has it. The same
 * upload again is answered as the first, since its answer may have been lost. Whatever dies in between is swept (sweep.ts).
 */
export async function takeUpload(ports: Ports, ticket: Ticket, bytes: Uint8Array): Promise<Taken> {
  const digest = createHash('sha256').update(bytes).digest('base64url')
  const [known] = await ports.photos.byIds([ticket.id])
  if (known) return known.status === 'STORED' && known.digest === digest ? answer(ports, known) : { problem: 'USED' }
  if (await hasUploadedMost(ports, ticket.uploader)) return { problem: 'TOO_MANY' }
  const photo = begun(ticket, digest, ports.now())
  if (!(await ports.photos.add(photo))) return { problem: 'USED' }

  const encoded = await ports.encode(bytes)
  if ('problem' in encoded) {
    await ports.photos.end(refused(photo))
    return encoded
  }
  try {
    for (const size of SIZES) await ports.pictures.put(photo.id, size, encoded.pictures[size])
  } catch (error) {
    if (!(error instanceof NoRoomForPictures)) throw error
    await ports.pictures.remove(photo.id)
    await ports.photos.end(refused(photo))
    return { problem: 'NO_ROOM' }
  }
  if (await ports.photos.end(stored(photo, encoded))) return answer(ports, photo)
  // It took so long that the photo was swept: so are its pictures.
  await ports.pictures.remove(photo.id)
  return { problem: 'USED' }
}

const answer = ({ settings }: Ports, { id, purpose, subject, uploader }: Photo) => ({
  photoId: photoIdOf(settings.photoKeys[purpose], { photo: id, purpose, subject, uploader }),
})
