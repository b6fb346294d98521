import type { Fact, Said, SaidBy } from '../../../schema/events/facts.ts'

/** 주문. A customer's order: its lines, its price, and its status (docs/language.md, "order"). */
export type Order = {
  id: string
  customerId: string
  storeId: string
  /** As it is kept; `statusOf` is what people are told. */
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
  /** The latest attempt to deliver it that was heard of; 0 before departure. */
  attempt: number
  /** Whether that attempt failed. */
  attemptFailed: boolean
  /** How often its recipient was corrected. */
  corrections: number
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
  | 'RETURNED'

/**
 * The status that people are told. An order whose delivery failed is kept as OUT_FOR_DELIVERY, because a process of the release
 * before, which knows no other, must still take its DeliveryCompleted.
 */
export type ToldStatus = OrderStatus | 'DELIVERY_FAILED'

export const statusOf = ({ status, attemptFailed }: Pick<Order, 'status' | 'attemptFailed'>): ToldStatus =>
  status === 'OUT_FOR_DELIVERY' && attemptFailed ? 'DELIVERY_FAILED' : status

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
export function place(
  order: Omit<Order, 'status' | 'cancellationReason' | 'attempt' | 'attemptFailed' | 'corrections'>,
): Decision {
  const placed: Order = {
    ...order,
    status: 'AWAITING_PAYMENT',
    cancellationReason: null,
    attempt: 0,
    attemptFailed: false,
    corrections: 0,
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

/** Paid, and no end: a rider may be on the way. */
const UNDER_WAY: OrderStatus[] = ['PAID', 'RECEIVED', 'DECORATED', 'CANCELLING', 'OUT_FOR_DELIVERY']

/** The effect of each fact. A pair of state and fact that is not listed changes nothing. */
const FOLLOWS: { [Name in Exclude<Heard, AboutAttempt>]: { in: OrderStatus[]; becomes: OrderStatus } } = {
  ItemOutOfStock: { in: ['PAID', 'CANCELLING'], becomes: 'CANCELLED' },
  Received: { in: ['PAID'], becomes: 'RECEIVED' },
  Decorated: { in: ['PAID', 'RECEIVED'], becomes: 'DECORATED' },
  Rejected: { in: ['PAID', 'RECEIVED', 'CANCELLING'], becomes: 'REJECTED' },
  DeliveryCompleted: { in: UNDER_WAY, becomes: 'DELIVERED' },
  FlowersReturned: { in: UNDER_WAY, becomes: 'RETURNED' },
  RegistrationCancelled: { in: ['CANCELLING'], becomes: 'CANCELLED' },
  DeliveryCancelled: { in: ['CANCELLING'], becomes: 'CANCELLED' },
}

/** The facts that an attempt to deliver has begun, or failed. */
type AboutAttempt = 'DepartedForDelivery' | 'DeliveryAttemptFailed' | 'CancellationRefused'

type Heard =
  | AboutAttempt
  | 'ItemOutOfStock'
  | 'Received'
  | 'Decorated'
  | 'Rejected'
  | 'DeliveryCompleted'
  | 'FlowersReturned'
  | 'RegistrationCancelled'
  | 'DeliveryCancelled'

/** Applies another context's fact about this order. */
export function follow(order: Order, fact: Said<Heard> | Fact<Heard>): Decision {
  switch (fact.type) {
    case 'DepartedForDelivery':
      return { order: attempted(order, fact.data.attempt ?? 1, false), says: [] }
    case 'DeliveryAttemptFailed':
      return { order: attempted(order, fact.data.attempt, true), says: [] }
    case 'CancellationRefused':
      // That it has departed is known by this, which of the attempts is not.
      return { order: order.status === 'CANCELLING' ? attempted(order, 1, false) : order, says: [] }
    default:
      return become(order, fact)
  }
}

/** Attempts rank by their number, and one that failed above the same one under way: neither goes back, in whatever order they come. */
function attempted(order: Order, attempt: number, failed: boolean): Order {
  if (!UNDER_WAY.includes(order.status)) return order
  const isNews = attempt > order.attempt || (attempt === order.attempt && failed && !order.attemptFailed)
  const known = isNews ? { ...order, attempt, attemptFailed: failed } : order
  return order.status === 'OUT_FOR_DELIVERY' ? known : { ...known, status: 'OUT_FOR_DELIVERY' }
}

function become(order: Order, fact: Said<Exclude<Heard, AboutAttempt>>): Decision {
  // If it is already decorated, delivery decides about the cancellation.
  if (fact.type === 'RegistrationCancelled' && fact.data.decorated) return { order, says: [] }
  const { in: states, becomes } = FOLLOWS[fact.type]
  if (!states.includes(order.status)) return { order, says: [] }
  const reason = fact.type === 'ItemOutOfStock' ? 'OUT_OF_STOCK' : 'CUSTOMER'
  return {
    order: { ...order, status: becomes },
    says: becomes === 'CANCELLED' ? [{ type: 'OrderCancelled', data: { orderId: order.id, reason } }] : [],
  }
}

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
