import { newId } from '../../../chassis/ids.ts'
import { type Fact, readFact, type Said } from '../../../schema/events/facts.ts'

/** A fact as it comes off the wire, heard for the first time. */
export function heard(said: Said): Fact {
  const envelope = {
    id: newId(),
    version: 1,
    occurredAt: new Date().toISOString(),
    correlationId: newId(),
    causationId: newId(),
  }
  return readFact(JSON.parse(JSON.stringify({ ...said, ...envelope })))
}

export const stockReserved = (order: { orderId: string; storeId: string; customerId: string }): Fact => {
  const unitPrice = { amount: 50_000, currency: 'KRW' } as const
  const lines = [{ itemId: newId(), name: '장미 한바구니', unitPrice, quantity: 1 }]
  return heard({ type: 'StockReserved', data: { ...order, lines, stock: [] } })
}

export const cancellationRequested = (orderId: string): Fact =>
  heard({ type: 'CancellationRequested', data: { orderId } })
