import { createHmac, timingSafeEqual } from 'node:crypto'

/** What a photo is for: the menu, the florist's finished work, or the proof that it was handed over. */
export const PURPOSES = ['ITEM', 'READY', 'PROOF'] as const
export type PhotoPurpose = (typeof PURPOSES)[number]

/**
 * What a photo's id says. `subject` is the UUID of what it may belong to: for ITEM the store, otherwise the order (whose UUID is the
 * delivery's, too). `uploader` is the user who uploaded it.
 */
export type PhotoClaim = { photo: string; purpose: PhotoPurpose; subject: string; uploader: string }

const BYTES_OF_UUID = 16
const MAC_BYTES = 32
const BODY_BYTES = 1 + 3 * BYTES_OF_UUID

/**
 * The photo's id as media gives it out: what it claims, with a MAC by the key that media shares with the one context that takes photos for
 * this purpose. So that context knows whose photo it is and what for, without asking media.
 */
export function photoIdOf(key: string, { photo, purpose, subject, uploader }: PhotoClaim): string {
  const body = Buffer.concat([Buffer.from([PURPOSES.indexOf(purpose)]), ...[photo, subject, uploader].map(bytesOf)])
  return Buffer.concat([body, macOf(key, body)]).toString('base64url')
}

/**
 * The UUID of the photo that a command names, if it was uploaded by this user for this purpose and subject; otherwise null. `keys` are
 * several while a key is replaced.
 */
export function photoNamedBy(
  keys: readonly string[],
  photoId: string,
  wanted: Omit<PhotoClaim, 'photo'>,
): string | null {
  const bytes = Buffer.from(photoId, 'base64url')
  // Base64url has several spellings of the same bytes: only ours is a photo's id.
  if (bytes.length !== BODY_BYTES + MAC_BYTES || bytes.toString('base64url') !== photoId) return null
  const [body, mac] = [bytes.subarray(0, BODY_BYTES), bytes.subarray(BODY_BYTES)]
  if (!keys.some((key) => timingSafeEqual(mac, macOf(key, body)))) return null
  const [photo = '', subject, uploader] = [0, 1, 2].map((at) => uuidAt(body, 1 + at * BYTES_OF_UUID))
  const isWanted =
    PURPOSES[body[0] ?? -1] === wanted.purpose && subject === wanted.subject && uploader === wanted.uploader
  return isWanted ? photo : null
}

const macOf = (key: string, body: Buffer) => createHmac('sha256', key).update('photo').update(body).digest()

const bytesOf = (uuid: string) => Buffer.from(uuid.replaceAll('-', ''), 'hex')

function uuidAt(body: Buffer, at: number): string {
  const hex = body.subarray(at, at + BYTES_OF_UUID).toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
