import { z } from 'zod'
import { type InvalidInput, type NotFound, notFound, type WrongState, wrongState } from '../../../chassis/failures.ts'
import { opaque, readInput } from '../../../chassis/inputs.ts'
import { canBePaid, confirm, type Decision, isUnpaid, type Order, paymentFailed } from '../domain/order.ts'
import { change } from './change.ts'
import type { Ports } from './ports.ts'

export type OrderPayload = { type: 'OrderPayload'; order: Order }
export type PaymentDeclined = { type: 'PaymentDeclined'; message: string; order: Order }
export type PaymentDeferred = {
  type: 'PaymentDeferred'
  message: string
  order: Order
  retryAfter: number
  payBy: Date
}
/** Payment tries no more tokens: for this order (null), or for this customer within `retryAfter` seconds. */
type NotTried = { type: 'NotTried'; message: string; order: Order; retryAfter: number | null }
export type PayOrderResult = OrderPayload | PaymentDeclined | PaymentDeferred | NotFound | WrongState | InvalidInput

/** From the payment provider's client library; opaque to us. */
export const paymentToken = opaque('The payment token', 255)

/** Pays an unpaid order with the same or another token, until payBy. */
export async function payOrder(
  ports: Ports,
  customerId: string,
  input: { orderId: string; paymentToken: string },
): Promise<PayOrderResult> {
  const read = readInput(z.object({ orderId: z.string(), paymentToken }), input)
  if ('failure' in read) return read.failure
  const since = ports.now()
  const order = await ports.transact(ports.newId(), (tx) => tx.orders.find(read.value.orderId))
  if (!order || order.customerId !== customerId) return notFound('order')
  if (isSettled(order)) return { type: 'OrderPayload', order }
  if (!canBePaid(order, ports.now())) return tooLate(order)
  const result = await pay(ports, order, read.value.paymentToken, since)
  if (result.type === 'NotTried') return wrongState(result.message, result.order.status)
  return result.type === 'OrderPayload' && !isSettled(result.order) ? tooLate(result.order) : result
}

/**
 * Charges, and applies the answer to the order. Order and payment never change in one transaction: if this process dies in
 * between, `Paid` or `PaymentDeclined` has the same effect later.
 */
export async function pay(
  ports: Ports,
  order: Order,
  token: string,
  since: Date,
): Promise<OrderPayload | PaymentDeclined | PaymentDeferred | NotTried> {
  const { id, customerId, total, payBy } = order
  const become = (decide: (order: Order) => Decision) => ports.transact(ports.newId(), (tx) => change(tx, id, decide))
  const charged = await ports.charge({ orderId: id, customerId, amount: total, token }, since)
  switch (charged.answer) {
    case 'Approved':
      return { type: 'OrderPayload', order: await become(confirm) }
    case 'Closed':
      return { type: 'OrderPayload', order: await become(unchanged) }
    case 'Declined': {
      const present = await become(paymentFailed)
      if (present.status !== 'PAYMENT_FAILED') return { type: 'OrderPayload', order: present }
      const message = 'The payment was declined. The order can be paid with another payment method.'
      return { type: 'PaymentDeclined', message, order: present }
    }
    case 'Deferred': {
      const present = await become(unchanged)
      if (!isUnpaid(present)) return { type: 'OrderPayload', order: present }
      const message = 'The payment could not be completed. The order is recorded: pay it in a moment.'
      return { type: 'PaymentDeferred', message, order: present, retryAfter: charged.retryAfterSeconds, payBy }
    }
    case 'TooManyDeclined': {
      const present = await become(unchanged)
      if (!isUnpaid(present)) return { type: 'OrderPayload', order: present }
      return { type: 'NotTried', order: present, ...notTried(charged.retryAfterSeconds, payBy, ports.now()) }
    }
  }
}

/** Paid, and neither cancelled nor rejected. */
const isSettled = ({ status }: Order) =>
  status === 'PAID' ||
  status === 'RECEIVED' ||
  status === 'DECORATED' ||
  status === 'OUT_FOR_DELIVERY' ||
  status === 'DELIVERED' ||
  status === 'RETURNED'

function notTried(retryAfter: number | null, payBy: Date, now: Date) {
  if (retryAfter === null) {
    return { retryAfter, message: 'Too many payments were declined for this order. Place a new one.' }
  }
  const isTooLate = now.getTime() + retryAfter * 1_000 > payBy.getTime()
  const then = isTooLate ? 'Place a new order' : 'Pay this order'
  return { retryAfter, message: `Too many of your payments were declined. ${then} in ${inWords(retryAfter)}.` }
}

/** A waiting time in words, for a person to read. */
export function inWords(seconds: number): string {
  const [count, unit] = seconds < 60 ? [seconds, 'second'] : [Math.ceil(seconds / 60), 'minute']
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}

const unchanged = (order: Order): Decision => ({ order, says: [] })

/** The reason why the order cannot be paid, or is no longer paid. */
function tooLate(order: Order): WrongState {
  const { status } = order
  if (isUnpaid(order)) return wrongState('The time to pay this order is over.', status)
  if (status === 'CANCELLING') return wrongState('This order is being cancelled.', status)
  return wrongState(`This order is ${status.toLowerCase()}. If money was taken, it is returned.`, status)
}
