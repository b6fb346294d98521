import { newId } from '../../../chassis/ids.ts'
import { heard } from '../../../proofs/testing/facts.ts'
import type { Fact, Said } from '../../../schema/events/facts.ts'

type Reserved = Said<'StockReserved'>['data']

export const stockReserved = (
  order: Pick<Reserved, 'orderId' | 'storeId' | 'customerId' | 'promise' | 'substitution'>,
): Fact => {
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
