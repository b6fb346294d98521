import type { Claims } from '../../../../chassis/signed-context.ts'
import type { Money, Payment } from '../../domain/payment.ts'

/** A payment as its customer sees it. */
export type PaymentView = { id: string; amount: Money; status: Exclude<Payment['status'], 'NONE'> }

/** The scope of machine clients that may read every payment. */
const READS_PAYMENTS = 'payments:read'

/**
 * Null to everyone but its customer and who has the scope, and where nothing was approved or declined (a tombstone, an
 * open attempt).
 */
export function viewFor(claims: Claims, { id, customerId, amount, status }: Payment): PaymentView | null {
  const mayRead = claims && (claims.sub === customerId || claims.scopes.includes(READS_PAYMENTS))
  return mayRead && amount && status !== 'NONE' ? { id, amount, status } : null
}
