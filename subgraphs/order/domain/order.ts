import type { Fact, Said, SaidBy } from '../../../schema/events/facts.ts'

/** 주문. A customer's order: its lines, its price, and its status (docs/language.md, "order"). */
export type Order = {
  id: string
  customerId: string
  storeId: string
  status: OrderStatus
  lines: Line[]
  /** Of the lines and the delivery, in minor units, as are all amounts. */
  total: Money
  /** What of the total is for the delivery; null for an order from before there were windows. */
  deliveryFee: Money | null
  /** The window that the customer chose; null for an order from before there were any. */
  promise: DeliveryPromise | null
  /** Whether its window took a limited number of orders when it was placed: then it holds a place of it, paid or not. */
  holdsPlace: boolean
  recipient: Recipient
  cardMessage: string | null
  ribbon: Ribbon | null
  sender: Sender | null
  /** Null for an order from before it could be chosen. */
  substitution: Substitution | null
  placedAt: Date
  /** The time until which it can be paid. */
  payBy: Date
  /** The customer's reason for cancelling; stored only here, because facts carry no personal data. */
  cancellationReason: string | null
  /** True from Decorated until a rider departs: then every rider may read lines and recipient. */
  awaitsRider: boolean
  /** The rider who departed with it. */
  riderId: string | null
}

export type OrderStatus =
  | 'AWAITING_PAYMENT'
  | 'PAYMENT_FAILED'
  | 'EXPIRED'
  | 'PAID'
  | 'RECEIVED'
  | 'DECORATED'
  | 'OUT_FOR_DELIVERY'
  | 'DELIVERED'
  | 'CANCELLING'
  | 'CANCELLED'
  | 'REJECTED'

export type Money = { amount: number; currency: 'KRW' }
export type Line = { itemId: string; name: string; unitPrice: Money; quantity: number }
export type Recipient = { name: string; phone: string; address: string; postalCode?: string | undefined }
/** 리본. `phrase` is 경조사어, the words for the occasion; `from` 보내는 이. */
export type Ribbon = { phrase: string; from?: string | undefined }
/** In whose name the flowers are sent. Anonymous: only the customer may read it, and who the customer is. */
export type Sender = { name: string; anonymous: boolean }
export type Substitution = NonNullable<Said<'OrderConfirmed'>['data']['substitution']>
/** The times are RFC 3339, as facts have them. */
export type DeliveryPromise = NonNullable<Said<'Ordered'>['data']['promise']>

/** The order after a decision, and the facts to say. */
export type Decision = { order: Order; says: SaidBy<'order'>[] }

const UNPAID: OrderStatus[] = ['AWAITING_PAYMENT', 'PAYMENT_FAILED']

export const isUnpaid = ({ status }: Order): boolean => UNPAID.includes(status)

/** A new order, not yet paid. */
export function place(order: Omit<Order, 'status' | 'cancellationReason' | 'awaitsRider' | 'riderId'>): Decision {
  const placed: Order = {
    ...order,
    status: 'AWAITING_PAYMENT',
    cancellationReason: null,
    awaitsRider: false,
    riderId: null,
  }
  const { total, deliveryFee, payBy } = placed
  const ordered = { ...dealOf(placed), total, ...(deliveryFee && { deliveryFee }), payBy: payBy.toISOString() }
  return { order: placed, says: [{ type: 'Ordered', data: ordered }] }
}

/** Whether a charge may be tried: it is unpaid, and payBy has not passed. */
export const canBePaid = (order: Order, now: Date): boolean => isUnpaid(order) && now <= order.payBy

/** The payment succeeded. */
export function confirm(order: Order): Decision {
  if (!isUnpaid(order)) return { order, says: [] }
  const { substitution } = order
  const confirmed = { ...dealOf(order), ...(substitution && { substitution }) }
  return { order: { ...order, status: 'PAID' }, says: [{ type: 'OrderConfirmed', data: confirmed }] }
}

/**
 * Paid, as payment says it. Throws if it is another amount than the order costs: somebody else has charged, and the deal
 * does not stand by that.
 */
export function paid(order: Order, { amount, currency }: Money): Decision {
  if (amount === order.total.amount && currency === order.total.currency) return confirm(order)
  throw new Error(`Order ${order.id} costs ${order.total.amount}, but ${amount} is paid.`)
}

/** The provider declined; another token may be tried until payBy. */
export function paymentFailed(order: Order): Decision {
  return { order: order.status === 'AWAITING_PAYMENT' ? { ...order, status: 'PAYMENT_FAILED' } : order, says: [] }
}

/** The effect of each fact. A pair of state and fact that is not listed changes nothing. */
const FOLLOWS: { [Name in Heard]: { in: OrderStatus[]; becomes: OrderStatus } } = {
  ItemOutOfStock: { in: ['PAID', 'CANCELLING'], becomes: 'CANCELLED' },
  Received: { in: ['PAID'], becomes: 'RECEIVED' },
  Decorated: { in: ['PAID', 'RECEIVED'], becomes: 'DECORATED' },
  Rejected: { in: ['PAID', 'RECEIVED', 'CANCELLING'], becomes: 'REJECTED' },
  DepartedForDelivery: { in: ['PAID', 'RECEIVED', 'DECORATED', 'CANCELLING'], becomes: 'OUT_FOR_DELIVERY' },
  DeliveryCompleted: {
    in: ['PAID', 'RECEIVED', 'DECORATED', 'OUT_FOR_DELIVERY', 'CANCELLING'],
    becomes: 'DELIVERED',
  },
  RegistrationCancelled: { in: ['CANCELLING'], becomes: 'CANCELLED' },
  DeliveryCancelled: { in: ['CANCELLING'], becomes: 'CANCELLED' },
  CancellationRefused: { in: ['CANCELLING'], becomes: 'OUT_FOR_DELIVERY' },
}

type Heard =
  | 'ItemOutOfStock'
  | 'Received'
  | 'Decorated'
  | 'Rejected'
  | 'DepartedForDelivery'
  | 'DeliveryCompleted'
  | 'RegistrationCancelled'
  | 'DeliveryCancelled'
  | 'CancellationRefused'

/** Applies another context's fact about this order. */
export function follow(order: Order, fact: Said<Heard> | Fact<Heard>): Decision {
  const known = seenByRiders(order, fact)
  // If it is already decorated, delivery decides about the cancellation.
  if (fact.type === 'RegistrationCancelled' && fact.data.decorated) return { order: known, says: [] }
  const { in: states, becomes } = FOLLOWS[fact.type]
  if (!states.includes(order.status)) return { order: known, says: [] }
  const reason = fact.type === 'ItemOutOfStock' ? 'OUT_OF_STOCK' : 'CUSTOMER'
  return {
    order: { ...known, status: becomes },
    says: becomes === 'CANCELLED' ? [{ type: 'OrderCancelled', data: { orderId: order.id, reason } }] : [],
  }
}

/** Updates which riders may read the order, in any status, so that its rider can read it while a cancellation is decided. */
function seenByRiders(order: Order, fact: Said<Heard> | Fact<Heard>): Order {
  switch (fact.type) {
    case 'Decorated':
      return order.riderId || TERMINAL.includes(order.status) ? order : { ...order, awaitsRider: true }
    case 'DepartedForDelivery':
      return { ...order, awaitsRider: false, riderId: fact.data.riderId }
    case 'DeliveryCompleted':
    case 'DeliveryCancelled':
    case 'Rejected':
      return { ...order, awaitsRider: false }
    default:
      return order
  }
}

const TERMINAL: OrderStatus[] = ['DELIVERED', 'CANCELLED', 'REJECTED', 'EXPIRED']

/** Cancels at once while unpaid, else requests cancellation from store or delivery. Null: it is too late. */
export function cancel(order: Order, reason: string | null): Decision | null {
  const cancelled = { ...order, cancellationReason: reason }
  switch (order.status) {
    case 'AWAITING_PAYMENT':
    case 'PAYMENT_FAILED':
      return {
        order: { ...cancelled, status: 'CANCELLED' },
        says: [{ type: 'OrderCancelled', data: { orderId: order.id, reason: 'CUSTOMER' } }],
      }
    case 'PAID':
    case 'RECEIVED':
    case 'DECORATED':
      return {
        order: { ...cancelled, status: 'CANCELLING' },
        says: [{ type: 'CancellationRequested', data: { orderId: order.id } }],
      }
    case 'CANCELLING':
    case 'CANCELLED':
      return { order, says: [] }
    default:
      return null
  }
}

/** The order was not paid by payBy. */
export function expire(order: Order): Decision {
  if (!isUnpaid(order)) return { order, says: [] }
  return { order: { ...order, status: 'EXPIRED' }, says: [{ type: 'OrderExpired', data: { orderId: order.id } }] }
}

const dealOf = ({ id, customerId, storeId, lines, promise }: Order) => ({
  orderId: id,
  customerId,
  storeId,
  lines,
  ...(promise && { promise }),
})
