import type { Claims } from '../../../../chassis/signed-context.ts'
import type { Money, Payment } from '../../domain/payment.ts'

/** A payment as its customer sees it. */
export type PaymentView = { id: string; amount: Money; status: Exclude<Payment['status'], 'NONE'> }

/** Null to everyone but its customer, and where nothing was approved or declined (a tombstone, an open attempt). */
export function viewFor(claims: Claims, { id, customerId, amount, status }: Payment): PaymentView | null {
  if (!claims || claims.sub !== customerId || !amount || status === 'NONE') return null
  return { id, amount, status }
}
