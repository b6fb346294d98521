import type { Order, OrderStatus } from '../../../subgraphs/order/domain/order.ts'
import type { Payment } from '../../../subgraphs/payment/domain/payment.ts'
import type { Records } from '../people/asking.ts'
import { LIMITS } from '../plan.ts'
import type { World } from '../world.ts'
import { holds } from './violation.ts'

const STANDS: OrderStatus[] = ['PAID', 'RECEIVED', 'DECORATED', 'OUT_FOR_DELIVERY', 'DELIVERED']
const SIGN = { charge: 1, decline: 0, void: -1, refund: -1 }

type Book = World['book']

/** The amount paid for an order, by the provider's own book. */
export function paidFor(book: Book, orderId: string): number {
  let paid = 0
  for (const { reference, type, amount } of book) if (reference === orderId) paid += SIGN[type] * amount.amount
  return paid
}

/** Checks the last entry of the book. */
export function chargedOnce(book: Book): void {
  const last = book.at(-1)
  const paid = paidFor(book, last?.reference ?? '')
  holds('charged at most once net', paid === 0 || paid === last?.amount.amount, () => {
    return `${paid} is paid for ${last?.reference} after a ${last?.type} of ${last?.amount.amount}.`
  })
}

/** By the provider's own book: an order is charged at most once net, and refunded if and only if it did not come about. */
export function moneyAddsUp({ databases, book }: World): void {
  for (const { id, customerId, status, total, lines } of databases.order.rows<Order>('orders')) {
    const price = lines.reduce((sum, line) => sum + line.unitPrice.amount * line.quantity, 0)
    holds('the price is the menu’s', total.amount === price, () => `${id} costs ${total.amount}, not ${price}.`)
    const paid = paidFor(book, id)
    const stands = STANDS.includes(status)
    const rule = 'refunded if and only if neither delivered nor on its way'
    holds(rule, paid === (stands ? total.amount : 0), () => `${id} is ${status}, and ${paid} is paid.`)
    const payment = databases.payment.row<Payment>('payments', id)
    const knows = (payment?.status === 'APPROVED') === paid > 0
    const isHeard = payment?.orderedAt && payment.amount?.amount === total.amount && payment.customerId === customerId
    holds('payment knows whose every order is, and what it costs', isHeard === true, () => `It knows not of ${id}.`)
    holds('payment knows what is paid', knows, () => `${id} is ${payment?.status}, and ${paid} is paid.`)
  }
}

/** An order costs no more than the customer expected. */
export function nobodyPaysMore({ databases }: World, { ordersOfKey, expectedOfKey }: Records): void {
  for (const [key, ids] of ordersOfKey)
    for (const id of ids) {
      const total = databases.order.row<Order>('orders', id)?.total.amount ?? 0
      const expected = expectedOfKey.get(key) ?? 0
      holds(
        'nobody is charged more than they expected',
        total <= expected,
        () => `${id} costs ${total}, not ${expected}.`,
      )
    }
}

/** By the provider's own book: no order has more declined tokens than the limit. */
export function fewAreDeclined({ book }: World): void {
  const declines = Map.groupBy(
    book.filter(({ type }) => type === 'decline'),
    ({ reference }) => reference,
  )
  for (const [id, { length }] of declines)
    holds('few tokens are tried', length <= LIMITS.mostDeclinedOfOrder, () => `${length} were declined for ${id}.`)
}
