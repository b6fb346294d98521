import type { Claims } from '../../../../chassis/signed-context.ts'
import type { Money, Payment } from '../../domain/payment.ts'

/** A payment as one reader may see it; only its customer may also read its order. */
export type PaymentView = { id: string; amount: Money; status: Exclude<Payment['status'], 'NONE'>; isOwn: boolean }

/** The scope of machine clients that may read every payment. */
const READS_PAYMENTS = 'payments:read'

/**
 * Null for everyone but its customer and clients with the scope, and if nothing was approved or declined (a tombstone, an open
 * attempt).
 */
export function viewFor(claims: Claims, { id, customerId, amount, status }: Payment): PaymentView | null {
  const isOwn = claims?.sub === customerId
  const mayRead = isOwn || claims?.scopes.includes(READS_PAYMENTS)
  return mayRead && amount && status !== 'NONE' ? { id, amount, status, isOwn } : null
}
