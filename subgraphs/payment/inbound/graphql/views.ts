import type { Claims } from '../../../../chassis/signed-context.ts'
import type { RefundPayload, RefundPending, RefundResult } from '../../application/refund-part.ts'
import type { Money, PartRefund, Payment } from '../../domain/payment.ts'
import { returnedOf } from '../../domain/returning.ts'

/** A payment as one reader may see it; machine clients do not see its order, nor the florist's words. */
export type PaymentView = {
  id: string
  amount: Money
  status: Exclude<Payment['status'], 'NONE'>
  refunded: Money
  refunds: RefundView[]
  isPersons: boolean
}

export type RefundView = {
  id: string
  amount: Money
  status: 'PENDING' | 'DONE' | 'REFUSED'
  reason: string | null
  at: Date
}

export type RefundPayloadView = Pick<RefundPayload, 'type'> & { payment: PaymentView; refund: RefundView }
export type RefundPendingView = Omit<RefundPending, 'refund'> & { refund: RefundView }

/** The scope of machine clients that may read every payment. */
const READS_PAYMENTS = 'payments:read'

/**
 * Null for everyone but its customer, the store's owner and clients with the scope, and if nothing was approved or declined (a
 * tombstone, an open attempt). `ownerOf` is asked for the store's owner, if that decides.
 */
export async function viewFor(
  claims: NonNullable<Claims>,
  payment: Payment,
  ownerOf: (storeId: string) => Promise<string | undefined>,
): Promise<PaymentView | null> {
  const { sub, scopes } = claims
  const isPersons = sub === payment.customerId || (payment.storeId !== null && sub === (await ownerOf(payment.storeId)))
  return isPersons || scopes.includes(READS_PAYMENTS) ? shown(payment, isPersons) : null
}

/** The answer to the owner's command. */
export function answerView(result: RefundResult) {
  if (result.type === 'RefundPending') return { ...result, refund: shownPart(result.refund, true) }
  if (result.type !== 'RefundPayload') return result
  const payment = shown(result.payment, true)
  if (!payment) throw new Error(`Payment ${result.payment.id} has a refund, but was never charged.`)
  return { ...result, payment, refund: shownPart(result.refund, true) }
}

function shown(payment: Payment, isPersons: boolean): PaymentView | null {
  const { id, amount, status, parts } = payment
  if (!amount || status === 'NONE') return null
  const refunded: Money = { amount: returnedOf(payment), currency: amount.currency }
  return { id, amount, status, refunded, refunds: parts.map((part) => shownPart(part, isPersons)), isPersons }
}

const STATUS = { open: 'PENDING', done: 'DONE', refused: 'REFUSED' } as const

const shownPart = ({ id, amount, state, reason, at }: PartRefund, isPersons: boolean): RefundView => ({
  id,
  amount,
  status: STATUS[state],
  reason: isPersons ? reason : null,
  at: new Date(at),
})
