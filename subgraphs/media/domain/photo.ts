import type { PhotoPurpose } from '../../../schema/photos/photo-id.ts'

/** The two sizes in which a photo is kept: for a page of its own, and for a list. */
export type PhotoSize = 'LARGE' | 'SMALL'
export const SIZES: readonly PhotoSize[] = ['LARGE', 'SMALL']

/**
 * A photo (사진). STORING while its pictures are being made and stored, then STORED; REFUSED if it was no picture that we take; REMOVED
 * before its pictures are removed, and then the row. So no picture is ever without a row for long.
 */
export type Photo = {
  /** The ticket's, so that a ticket is good for one photo. */
  id: string
  purpose: PhotoPurpose
  /** What it may belong to (schema/photos/photo-id.ts). */
  subject: string
  uploader: string
  status: 'STORING' | 'STORED' | 'REFUSED' | 'REMOVED'
  /** The SHA-256 of what was uploaded: the same upload again is answered as the first. */
  digest: string
  /** Of the large picture, in pixels; null until it is stored. */
  width: number | null
  height: number | null
  uploadedAt: Date
  /** When it is removed, unless it is stored before; null: never. */
  removeAt: Date | null
}

/** A photo that can be shown. */
export type StoredPhoto = Photo & { width: number; height: number }

export const isStored = (photo: Photo): photo is StoredPhoto => photo.status === 'STORED' && photo.width !== null

/** What a ticket allows: one upload, until it expires. */
export type Ticket = Pick<Photo, 'id' | 'purpose' | 'subject' | 'uploader'> & { expiresAt: Date }

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

export const TICKET_MS = 10 * MINUTE_MS
/** The most that is read of an upload. */
export const MOST_BYTES = 8 * 1024 * 1024
/** The time after which nobody stores pictures of an upload any more: far longer than all of it may take. */
const STORING_MS = 15 * MINUTE_MS
/** How long a photo of an order is kept; one of an item stays, as long as there is the item. */
const KEPT_MS = 90 * DAY_MS

/** The role that may upload for a purpose. */
export const roleFor = (purpose: PhotoPurpose): 'RIDER' | 'STORE_OWNER' =>
  purpose === 'PROOF' ? 'RIDER' : 'STORE_OWNER'

/** A photo of which an upload has begun. If its process dies, it is removed later. */
export function begun({ expiresAt: _, ...ticket }: Ticket, digest: string, now: Date): Photo {
  const removeAt = new Date(now.getTime() + STORING_MS)
  return { ...ticket, status: 'STORING', digest, width: null, height: null, uploadedAt: now, removeAt }
}

/** The photo, when both of its pictures are stored. */
export function stored(photo: Photo, { width, height }: { width: number; height: number }): Photo {
  const removeAt = photo.purpose === 'ITEM' ? null : new Date(photo.uploadedAt.getTime() + KEPT_MS)
  return { ...photo, status: 'STORED', width, height, removeAt }
}

/** The photo that was none. Its row is what its ticket is used up by, until that has expired. */
export const refused = (photo: Photo): Photo => ({ ...photo, status: 'REFUSED' })

/** An order's photo is shown by a URL for a quarter of an hour, and a little longer, so that equal URLs can be made meanwhile. */
const PRIVATE_URL = { stepMs: 5 * MINUTE_MS, leastMs: 15 * MINUTE_MS }
/** One of the menu by the same URL for a day: everybody's caches keep it. */
const PUBLIC_URL = { stepMs: DAY_MS, leastMs: DAY_MS }

/** Until when a URL of the photo that is made now shows it: a round time, so that the URL stays the same for some while. */
export function urlExpiry(purpose: PhotoPurpose, now: Date): Date {
  const { stepMs, leastMs } = purpose === 'ITEM' ? PUBLIC_URL : PRIVATE_URL
  return new Date(Math.ceil((now.getTime() + leastMs) / stepMs) * stepMs)
}
