import { globalId } from '../../../chassis/global-ids.ts'
import { type LiveMessage, liveSubject } from '../../../chassis/live.ts'

const OWN = `kind cursor entry { id orderId storeName total { amount currency } revision summary orderStatus paymentStatus
  deliveryStatus timeline { fact at } updatedAt }`
const queryOf = (fields: string) => `subscription ($orderId: ID) { myPageUpdated(orderId: $orderId) { ${fields} } }`
/** The subscriptions of bench:live. */
export const OPERATIONS = {
  'payload only': queryOf(OWN),
  'with a federated field': queryOf(OWN.replace('summary', 'summary order { status }')),
}

/** The UUID of the n-th customer, and of their order. */
export const idOf = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`

export const orderIdOf = (n: number) => globalId('Order', idOf(n))

/** The subject of the n-th order's state. The order is the n-th customer's. */
export function subjectOf(n: number): string {
  return liveSubject('my-page', idOf(n), orderIdOf(n))
}

/** The state of the n-th order as my-page publishes it. */
export function messageOf(n: number, revision: number): LiveMessage {
  const facts = ['Ordered', 'Paid', 'OrderConfirmed', 'StockReserved', 'Received', 'Decorated']
  const at = '2026-11-22T09:00:00.000Z'
  const entry = {
    __typename: 'MyPageEntry',
    id: globalId('MyPageEntry', idOf(n)),
    orderId: orderIdOf(n),
    order: { __typename: 'Order', id: orderIdOf(n) },
    storeName: 'KJSHOP',
    total: { amount: 50_000, currency: 'KRW' },
    revision,
    summary: '장미 한바구니 × 1',
    orderStatus: 'DECORATED',
    paymentStatus: 'APPROVED',
    deliveryStatus: null,
    timeline: facts.map((fact) => ({ fact, at })),
    updatedAt: at,
  }
  return { revision, open: true, state: { entry } }
}
