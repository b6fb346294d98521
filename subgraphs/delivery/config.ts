import { z } from 'zod'
import { serviceConfig } from '../../chassis/config.ts'
import { photoKeys } from '../../schema/photos/named-photo.ts'

/** The delivery context's settings beside every service's own. */
export const deliveryConfig = serviceConfig.extend({
  /** How long before the promised window a rider may depart. */
  DEPART_EARLIEST_MS: z.coerce.number().int().min(0).optional(),
  /** The key of the recipients' links; with another one, all links are others. Without one there are none: the release before has none. */
  LINK_SECRET: z.string().min(32, 'at least 32 characters').optional(),
  /** The key of PROOF photos' ids, which media signs with. */
  PHOTO_KEY: photoKeys,
})

/** Three hours, if nothing else is set; in development riders depart at any time (null), so that a demo works at night. */
export const departEarliestMs = (config: z.infer<typeof deliveryConfig>): number | null =>
  config.DEPART_EARLIEST_MS ?? (config.NODE_ENV === 'production' ? 3 * 60 * 60_000 : null)
