import { z } from 'zod'

export const id = z.uuid()

/** The most that a price or a total can be, in the currency's minor unit. */
export const MOST_MONEY = 2_000_000_000

/** In the currency's minor unit. Never 0: what costs nothing is not sold, charged or returned. */
export const money = z.object({ amount: z.int().min(1).max(MOST_MONEY), currency: z.literal('KRW') })

/** What is asked for of one item: enough to reserve it and to name it, nothing about the person. */
export const line = z.object({
  itemId: id,
  name: z.string(),
  unitPrice: money,
  quantity: z.int().min(1).max(999),
})

/** How many units of an item can still be ordered, as of its version (Menu keeps the highest). */
export const stockLevel = z.object({ itemId: id, available: z.int().min(0), itemVersion: z.int().min(1) })
