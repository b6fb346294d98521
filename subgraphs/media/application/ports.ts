import type { PhotoPurpose } from '../../../schema/photos/photo-id.ts'
import type { Photo, PhotoSize } from '../domain/photo.ts'

/** The rows of photos. Each call is a transaction of its own. */
export type Photos = {
  byIds(ids: readonly string[]): Promise<Photo[]>
  /** Adds a photo; false if there is one of this id. Of two at once one is added. */
  add(photo: Photo): Promise<boolean>
  /** Changes a photo that is STORING; false if it is not there any more, or is something else. */
  end(photo: Photo): Promise<boolean>
  /** The number that this user has uploaded since. */
  countSince(uploader: string, since: Date): Promise<number>
  /** Photos to be removed, those that have waited longest first. */
  dueAt(now: Date, limit: number): Promise<Photo[]>
  /** Makes it REMOVED; false if its status is not the one that was read, as when its upload has ended since. */
  retire(photo: Photo): Promise<boolean>
  /** Removes the row of a REMOVED photo. */
  remove(id: string): Promise<void>
}

/** The pictures themselves: small files by the photo's id and size. Each call takes effect as a whole, or not at all. */
export type Pictures = {
  put(id: string, size: PhotoSize, bytes: Uint8Array): Promise<void>
  get(id: string, size: PhotoSize): Promise<Uint8Array | null>
  /** Removes both sizes; what is not there is no error. */
  remove(id: string): Promise<void>
  /** The ids of all photos that have a picture. */
  ids(): Promise<string[]>
}

/** There is no room for another picture (`max_bytes`). */
export class NoRoomForPictures extends Error {}

/** The pictures made of an upload, or why there are none. */
export type Encoded =
  | { width: number; height: number; pictures: { [Size in PhotoSize]: Uint8Array } }
  | { problem: 'NOT_A_PICTURE' | 'TOO_MANY_PIXELS' | 'DAMAGED' }

export type Ports = {
  photos: Photos
  pictures: Pictures
  /** Makes pictures that have nothing but what is seen: no place, no camera, no scripts. */
  encode: (bytes: Uint8Array) => Promise<Encoded>
  now: () => Date
  newId: () => string
  settings: Settings
}

export type Settings = {
  /** Signs tickets and URLs; media's own. */
  mediaSecret: string
  /** Signs photos' ids, for the context that takes those of this purpose. */
  photoKeys: { [Purpose in PhotoPurpose]: string }
  /** The public URL of uploads and pictures. */
  url: string
  /** The most that one user may upload within 24 hours. */
  mostUploadsADay: number
}
