import { z } from 'zod'
import { serviceConfig } from '../../chassis/config.ts'
import { MOST_LISTED } from './domain/store.ts'

/** The store context's settings beside every service's own. */
export const storeConfig = serviceConfig.extend({
  /** The maximum number of stores of one owner. */
  MOST_STORES: z.coerce.number().int().min(1).max(MOST_LISTED).default(20),
})
