import { z } from 'zod'

/** How the provider behaves, settable while it runs (PUT /settings; what is left out stays as it is). */
export const sandboxSettings = z
  .strictObject({
    /** How long an answer takes, evenly spread between the two, in ms. */
    latencyMs: z
      .strictObject({ min: z.number().min(0).max(60_000), max: z.number().min(0).max(60_000) })
      .refine(({ min, max }) => min <= max, 'min is greater than max'),
    /** How many requests are worked on at once; more are answered 503 at once, without effect. */
    capacity: z.int().min(0).max(100_000),
    /** The share of requests that are answered 503 without effect, 0 to 1. */
    errorRate: z.number().min(0).max(1),
    /** The share of requests that take effect and are never answered, 0 to 1. */
    lostRate: z.number().min(0).max(1),
  })
  .partial()

export type Settings = Required<z.infer<typeof sandboxSettings>>

export const defaults: Settings = { latencyMs: { min: 20, max: 60 }, capacity: 1_000, errorRate: 0, lostRate: 0 }
