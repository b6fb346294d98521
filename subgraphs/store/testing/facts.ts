import { newId } from '../../../chassis/ids.ts'
import { heard } from '../../../proofs/testing/facts.ts'
import type { Fact } from '../../../schema/events/facts.ts'

export const stockReserved = (order: { orderId: string; storeId: string; customerId: string }): Fact => {
  const unitPrice = { amount: 50_000, currency: 'KRW' } as const
  const lines = [{ itemId: newId(), name: '장미 한바구니', unitPrice, quantity: 1 }]
  return heard({ type: 'StockReserved', data: { ...order, lines, stock: [] } })
}

export const cancellationRequested = (orderId: string): Fact =>
  heard({ type: 'CancellationRequested', data: { orderId } })

export const partlyRefunded = (orderId: string, refundedTotal: number): Fact => {
  const total = { amount: refundedTotal, currency: 'KRW' } as const
  return heard({ type: 'PartlyRefunded', data: { orderId, refundId: newId(), amount: total, refundedTotal: total } })
}
