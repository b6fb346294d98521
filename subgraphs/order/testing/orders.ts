import type { Said } from '../../../schema/events/facts.ts'
import type { Order, OrderStatus } from '../domain/order.ts'

export const riderId = '019b0000-0000-7000-8000-000000000007'

const total = { amount: 100_000, currency: 'KRW' } as const

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
  total,
  deliveryFee: { amount: 0, currency: 'KRW' },
  promise: { startsAt: '2026-01-01T03:00:00.000Z', endsAt: '2026-01-01T06:00:00.000Z', timeZone: 'Asia/Seoul' },
  holdsPlace: false,
  recipient: { name: '홍길동', phone: '010-1234-5678', address: '서울' },
  cardMessage: null,
  ribbon: null,
  sender: null,
  substitution: 'EQUAL_VALUE',
  placedAt: new Date('2026-01-01T00:00:00Z'),
  payBy: new Date('2026-01-01T00:30:00Z'),
  cancellationReason: null,
  attempt: 0,
  attemptFailed: false,
  corrections: 0,
})

/** What other contexts say about an order. */
const dataOf = (orderId: string) => {
  const { storeId, customerId } = someOrder('PAID')
  return {
    Paid: { orderId, amount: total },
    PaymentDeclined: { orderId, amount: total },
    ItemOutOfStock: { orderId, itemIds: [] },
    Received: { orderId },
    Decorated: { orderId, storeId, ownerId: storeId, customerId },
    Rejected: { orderId },
    RegistrationCancelled: { orderId, decorated: false },
    DepartedForDelivery: { orderId, riderId },
    DeliveryAttemptFailed: { orderId, attempt: 1, reason: 'NOBODY_HOME' },
    FlowersReturned: { orderId },
    DeliveryCompleted: { orderId },
    DeliveryCancelled: { orderId },
    CancellationRefused: { orderId },
  } satisfies { [Name in AboutOrder]: Said<Name>['data'] }
}

export type AboutOrder =
  | 'Paid'
  | 'PaymentDeclined'
  | 'ItemOutOfStock'
  | 'Received'
  | 'Decorated'
  | 'Rejected'
  | 'RegistrationCancelled'
  | 'DepartedForDelivery'
  | 'DeliveryAttemptFailed'
  | 'FlowersReturned'
  | 'DeliveryCompleted'
  | 'DeliveryCancelled'
  | 'CancellationRefused'

/** A fact about an order, with the data `more`. */
export const aboutOrder = <Name extends AboutOrder>(type: Name, orderId: string, more: object = {}): Said<Name> =>
  // The data looked up under the name are just this fact's, which TypeScript can't see of a union.
  ({ type, data: { ...dataOf(orderId)[type], ...more } }) as unknown as Said<Name>
