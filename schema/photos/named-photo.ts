import { z } from 'zod'
import { type PhotoClaim, photoNamedBy } from './photo-id.ts'

/** An InvalidInput of chassis/failures.ts; contracts depend on nothing of ours. */
export type InvalidPhoto = {
  type: 'InvalidInput'
  message: string
  problems: { path: string[]; code: 'NOT_FOUND'; message: string }[]
}

const KEY = 'at least 32 characters'

/**
 * The setting PHOTO_KEY: the key that a context shares with media; several with | between while it is replaced. Without it no photo is
 * taken, so that settings of before there were photos stay good.
 */
export const photoKeys = z
  .string()
  .optional()
  .transform((text) => text?.split('|') ?? [])
  .refine((keys) => keys.every((key) => key.length >= 32), KEY)

/** The input `photoId`. Absent and null are the same, so that idempotency keys of before there were photos still fit. */
export const photoIdInput = z
  .string()
  .nullish()
  .transform((given) => given || undefined)

/**
 * The photo that a command names; null if it names none. InvalidInput if it is another user's, was uploaded for something else, or is no
 * photo's id.
 */
export function namedPhoto(
  keys: readonly string[],
  photoId: string | undefined,
  wanted: Omit<PhotoClaim, 'photo'>,
): { photo: string | null } | InvalidPhoto {
  if (photoId === undefined) return { photo: null }
  const photo = photoNamedBy(keys, photoId, wanted)
  return photo === null
    ? invalidPhoto('This photo was not uploaded by you for this. Upload one by requestUpload.')
    : { photo }
}

export const invalidPhoto = (message: string): InvalidPhoto => ({
  type: 'InvalidInput',
  message: `photoId: ${message}`,
  problems: [{ path: ['photoId'], code: 'NOT_FOUND', message }],
})
