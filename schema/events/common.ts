import { z } from 'zod'

export const id = z.uuid()

/** The most that a price or a total can be, in the currency's minor unit. */
export const MOST_MONEY = 2_000_000_000

/** In the currency's minor unit. Never 0: what costs nothing is not sold, charged or returned. */
export const money = z.object({ amount: z.int().min(1).max(MOST_MONEY), currency: z.literal('KRW') })

/** What bringing the flowers costs: 0 where it is free. */
export const fee = z.object({ amount: z.int().min(0).max(MOST_MONEY), currency: z.literal('KRW') })

/** The delivery window that was promised, and the time zone in which its store reads a clock. */
export const promise = z.object({ startsAt: z.iso.datetime(), endsAt: z.iso.datetime(), timeZone: z.string() })

/** What the florist may do if a flower is missing: use others of the same value, or nothing. */
export const substitution = z.enum(['EQUAL_VALUE', 'SAME_ONLY'])

/** What is asked for of one item: enough to reserve it and to name it, nothing about the person. */
export const line = z.object({
  itemId: id,
  name: z.string(),
  unitPrice: money,
  quantity: z.int().min(1).max(999),
})

/**
 * How many units of an item can still be ordered, as of its version (Menu keeps the highest). An item that is made to order has no
 * stock: `madeToOrder` stands beside `available` 0, which is what a process of the release before reads.
 */
export const stockLevel = z.object({
  itemId: id,
  available: z.int().min(0),
  madeToOrder: z.literal(true).optional(),
  itemVersion: z.int().min(1),
})
