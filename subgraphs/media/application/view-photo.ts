import { type PhotoSize, type StoredPhoto, urlExpiry } from '../domain/photo.ts'
import type { Ports } from './ports.ts'
import { viewIn, viewUrl } from './signed.ts'

/** A picture; `maxAge` is how long caches may keep it, in seconds, or null if none may. */
export type Picture = { bytes: Uint8Array; etag: string; maxAge: number | null }

/** A URL that shows the photo for some time. */
export function urlOf({ settings, now }: Ports, { id, purpose }: StoredPhoto, size: PhotoSize): string {
  return viewUrl(settings.url, settings.mediaSecret, { id, size, until: urlExpiry(purpose, now()) })
}

/** What a URL shows now; null if it is not ours or has expired, or the photo is gone. */
export async function pictureAt(
  { photos, pictures, settings, now }: Ports,
  query: URLSearchParams,
): Promise<Picture | null> {
  const view = viewIn(settings.mediaSecret, query, now())
  if (!view) return null
  const [[photo], bytes] = await Promise.all([photos.byIds([view.id]), pictures.get(view.id, view.size)])
  if (photo?.status !== 'STORED' || !bytes) return null
  const leftS = Math.floor((view.until.getTime() - now().getTime()) / 1_000)
  return { bytes, etag: `"${view.id}-${view.size}"`, maxAge: photo.purpose === 'ITEM' ? leftS : null }
}
