import { z } from 'zod'
import { idempotencyKey, line, refusedAs } from '../../../chassis/inputs.ts'
import { MOST_MONEY } from '../../../schema/events/common.ts'
import { photoIdInput } from '../../../schema/photos/named-photo.ts'
import { MOST_STOCK } from '../domain/item.ts'

const name = line('The name', 100)

const price = z.object({
  amount: z.int().min(1, 'The price must be at least 1.').max(MOST_MONEY, `The price must be at most ${MOST_MONEY}.`),
  currency: z.literal('KRW', 'Prices must be in KRW.'),
})

const stock = z
  .int()
  .min(0, 'The stock must be at least 0.')
  .max(MOST_STOCK, `The stock must be at most ${MOST_STOCK}.`)
  // Left out or null: made to order. One value for both, since idempotency keys compare inputs.
  .nullable()
  .default(null)

const delta = z.int().refine((units) => units !== 0, refusedAs('NOT_ALLOWED', 'This would change nothing.'))

export const registerItemInput = z.object({
  idempotencyKey,
  storeId: z.string(),
  name,
  price,
  stock,
  photoId: photoIdInput,
})
export const changeStockInput = z.object({ idempotencyKey, itemId: z.string(), delta })
export const changeItemPriceInput = z.object({ itemId: z.string(), price })
export const setItemPhotoInput = z.object({ itemId: z.string(), photoId: photoIdInput })
export const withdrawItemInput = z.object({ itemId: z.string() })
