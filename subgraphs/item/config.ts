import { z } from 'zod'
import { serviceConfig } from '../../chassis/config.ts'
import { photoKeys } from '../../schema/photos/named-photo.ts'

/** The item context's settings beside every service's own. */
export const itemConfig = serviceConfig.extend({
  /** The maximum number of items on a store's menu. */
  MOST_ITEMS: z.coerce.number().int().min(1).max(100_000).default(500),
  /** The key of ITEM photos' ids, which media signs with. */
  PHOTO_KEY: photoKeys,
})
