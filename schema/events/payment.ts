import { z } from 'zod'
import { id, money } from './common.ts'

const payment = z.object({ orderId: id, amount: money })

/** 결제: what the payment context says. */
export const paymentFacts = {
  Paid: payment,
  PaymentDeclined: payment,
  /** Refunded. */
  PaymentCancelled: payment,
  /** Refunded because the store rejected. */
  ForciblyCancelled: payment,
}
