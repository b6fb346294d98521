import { z } from 'zod'
import { serviceConfig } from '../../chassis/config.ts'
import { photoKeys } from '../../schema/photos/named-photo.ts'
import { MOST_LISTED } from './domain/store.ts'

/** The store context's settings beside every service's own. */
export const storeConfig = serviceConfig.extend({
  /** The maximum number of stores of one owner. */
  MOST_STORES: z.coerce.number().int().min(1).max(MOST_LISTED).default(20),
  /** How long a florist has at least to accept an order with a delivery window. */
  ACCEPT_WITHIN_MS: z.coerce
    .number()
    .int()
    .min(1_000)
    .default(30 * 60_000),
  /** A process rejects what nobody accepted only after working this long, so that florists have seen it. */
  REJECT_AFTER_START_MS: z.coerce
    .number()
    .int()
    .min(0)
    .default(30 * 60_000),
  /** The key of READY photos' ids, which media signs with. */
  PHOTO_KEY: photoKeys,
})
