import { z } from 'zod'
import { id, line, money, promise, stockLevel, substitution } from './common.ts'

/** 상품: what the item context says. */
export const itemFacts = {
  ItemRegistered: stockLevel.extend({ storeId: id, name: z.string(), price: money }),
  ItemPriceChanged: z.object({ itemId: id, price: money, itemVersion: z.int().min(1) }),
  ItemWithdrawn: z.object({ itemId: id, itemVersion: z.int().min(1) }),
  StockChanged: stockLevel,
  StockReserved: z.object({
    orderId: id,
    customerId: id,
    storeId: id,
    lines: z.array(line).min(1).max(20),
    stock: z.array(stockLevel),
    /** Both as OrderConfirmed has them. */
    promise: promise.optional(),
    substitution: substitution.optional(),
  }),
  /** Nothing was reserved; `itemIds` are those there was too little of. */
  ItemOutOfStock: z.object({ orderId: id, itemIds: z.array(id) }),
  StockReleased: z.object({ orderId: id, stock: z.array(stockLevel) }),
}
