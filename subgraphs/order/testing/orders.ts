import type { Order, OrderStatus } from '../domain/order.ts'

/** An order of two roses in the given state, placed at the start of 2026. */
export const someOrder = (status: OrderStatus): Order => ({
  id: '019b0000-0000-7000-8000-000000000001',
  customerId: '019b0000-0000-7000-8000-00000000000c',
  storeId: '019b0000-0000-7000-8000-000000000005',
  status,
  lines: [
    {
      itemId: '019b0000-0000-7000-8000-000000000011',
      name: '장미 한바구니',
      unitPrice: { amount: 50_000, currency: 'KRW' },
      quantity: 2,
    },
  ],
  total: { amount: 100_000, currency: 'KRW' },
  recipient: { name: '홍길동', phone: '010-1234-5678', address: '서울' },
  cardMessage: null,
  placedAt: new Date('2026-01-01T00:00:00Z'),
  payBy: new Date('2026-01-01T00:30:00Z'),
  cancellationReason: null,
  awaitsRider: false,
  riderId: null,
})
