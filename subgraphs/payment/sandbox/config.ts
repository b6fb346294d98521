import { z } from 'zod'
import { developmentOnly, serviceSettings } from '../../../chassis/config.ts'

/** The sandbox's settings; how it behaves is told it while it runs (settings.ts). */
export const sandboxConfig = serviceSettings.pick({ PORT: true, HOST: true, METRICS_PORT: true }).extend({
  NODE_ENV: developmentOnly('the sandbox moves no money'),
  /** What callers must bear: payment's own PROVIDER_TOKEN. */
  PROVIDER_TOKEN: z.string('missing').min(32, 'at least 32 characters'),
  /** The names, separated by commas, by which others may ask it, beside those of this machine. */
  HOST_NAMES: z
    .string()
    .default('')
    .transform((names) => names.split(',').filter(Boolean)),
  /** Where the book is kept; without it, a restart forgets everything, idempotency keys too. */
  BOOK_FILE: z.string().min(1).optional(),
})
