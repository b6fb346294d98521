import { z } from 'zod'
import { id, money } from './common.ts'

const payment = z.object({ orderId: id, amount: money })

/** 결제: what the payment context says. */
export const paymentFacts = {
  Paid: payment,
  PaymentDeclined: payment,
  /** A part was returned; `refundedTotal` is what all parts have returned so far. */
  PartlyRefunded: payment.extend({ refundId: id, refundedTotal: money }),
  /** The rest is returned: `amount` is what this refund returned, without the parts. */
  PaymentCancelled: payment,
  /** Likewise, because the store rejected. */
  ForciblyCancelled: payment,
}
