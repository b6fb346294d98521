import { newId } from '../../../chassis/ids.ts'
import { heard } from '../../../proofs/testing/facts.ts'
import type { Fact } from '../../../schema/events/facts.ts'

/** An order of somebody's that is paid, heard for the first time. */
export function orderConfirmed({ orderId = newId() } = {}): Fact<'OrderConfirmed'> {
  const unitPrice = { amount: 50_000, currency: 'KRW' } as const
  const lines = [{ itemId: newId(), name: '장미 한바구니', unitPrice, quantity: 1 }]
  const data = { orderId, customerId: newId(), storeId: newId(), lines }
  // What is said of this name is heard of this name.
  return heard({ type: 'OrderConfirmed', data }) as Fact<'OrderConfirmed'>
}
