import { z } from 'zod'
import { serviceConfig } from '../../chassis/config.ts'

const key = z.string('missing').min(32, 'at least 32 characters')

/** The media context's settings beside every service's own. */
export const mediaConfig = serviceConfig.extend({
  /** Signs upload tickets and the URLs of pictures; with another one, those that are out are worth nothing. */
  MEDIA_SECRET: key,
  /** Sign the ids of photos: each is shared with the context that takes them. */
  PHOTO_KEY_ITEM: key,
  PHOTO_KEY_STORE: key,
  PHOTO_KEY_DELIVERY: key,
  /** Where uploads and pictures are, as clients see it: by default a path at the router's address. */
  PHOTOS_URL: z.string().min(1).default('/photos'),
  /** The most that all pictures may take in NATS, in bytes. */
  PHOTOS_MAX_BYTES: z.coerce.number().int().min(1_000_000, 'at least 1000000').default(2_000_000_000),
  /** The most that one user may upload within 24 hours. */
  MOST_UPLOADS_A_DAY: z.coerce.number().int().min(1).max(100_000).default(200),
})
