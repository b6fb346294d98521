import { z } from 'zod'
import { fee, id, line, money, promise, substitution } from './common.ts'

const deal = z.object({
  orderId: id,
  customerId: id,
  storeId: id,
  lines: z.array(line).min(1).max(20),
  /** Orders of the releases before had none. */
  promise: promise.optional(),
})

/** 주문: what the order context says. */
export const orderFacts = {
  /** Recorded, not yet paid. */
  Ordered: deal.extend({ total: money, deliveryFee: fee.optional(), payBy: z.iso.datetime() }),
  /** It is paid: the deal stands. */
  OrderConfirmed: deal.extend({ substitution: substitution.optional() }),
  CancellationRequested: z.object({ orderId: id }),
  /** Who receives the flowers, without who that is. `phoneChanged`: the link that went to the old number is to end. */
  RecipientCorrected: z.object({ orderId: id, phoneChanged: z.literal(true).optional() }),
  OrderCancelled: z.object({ orderId: id, reason: z.enum(['CUSTOMER', 'OUT_OF_STOCK']) }),
  /** Not paid by payBy. */
  OrderExpired: z.object({ orderId: id }),
}
