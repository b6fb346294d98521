import { z } from 'zod'
import { serviceConfig } from '../../chassis/config.ts'

/** The account context's settings beside every service's own. */
export const accountConfig = serviceConfig
  .extend({
    /** The public URL of the issuer: the `iss` of every token, and where people and programs reach it. */
    ISSUER_URL: z
      .url({ protocol: /^https?$/ })
      .refine((url) => URL.parse(url)?.origin === url, 'an origin, nothing behind it, e.g. https://login.example.com'),
    /** The `aud` of every token, the same as the router's. A URI, so that no client's id can be one. */
    JWT_AUDIENCE: z
      .string()
      .refine((text) => /^[a-z][a-z0-9+.-]*:\S+$/i.test(text), 'no URI, e.g. urn:example:api')
      .default('urn:flower-delivery:api'),
    /** Where the issuer listens; public, unlike PORT. */
    ISSUER_PORT: z.coerce.number().int().min(0).max(65535),
    /** Seals the private signing keys and signs cookies; the same for all replicas. */
    KEY_SECRET: z.string().min(32, 'at least 32 characters'),
    /** Opens the demo users' tokens and is the demo machine client's secret; ignored in production. */
    DEMO_SECRET: z.string().min(32, 'at least 32 characters').optional(),
    /** Requests of one client, or of one address without good credentials: in the long run, and as many at once. */
    TOKENS_PER_MINUTE: z.coerce.number().int().min(1).default(600),
    /** The number of proxies in front, each of which adds its client's address to `x-forwarded-for`. */
    TRUST_PROXY: z.coerce.number().int().min(0).default(0),
  })
  // Whatever a deployment forgets to unset: there are no demo users and no demo tokens in production.
  .transform((config) => (config.NODE_ENV === 'production' ? { ...config, DEMO_SECRET: undefined } : config))
