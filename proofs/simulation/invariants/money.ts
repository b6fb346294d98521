import type { Order, OrderStatus } from '../../../subgraphs/order/domain/order.ts'
import type { Payment } from '../../../subgraphs/payment/domain/payment.ts'
import type { Records } from '../people/requests.ts'
import { LIMITS } from '../plan.ts'
import type { World } from '../world.ts'
import { assertRule } from './violation.ts'

const STANDING: OrderStatus[] = ['PAID', 'RECEIVED', 'DECORATED', 'OUT_FOR_DELIVERY', 'DELIVERED', 'RETURNED']
const SIGN = { charge: 1, decline: 0, void: -1, refund: -1 }

type Book = World['book']

/** The amount paid for an order, by the provider's own book. */
export function paidFor(book: Book, orderId: string): number {
  let paid = 0
  for (const { reference, type, amount } of book) if (reference === orderId) paid += SIGN[type] * amount.amount
  return paid
}

/** Whether a call to the provider, or its entry, is about a part refund: that of the rest has the charge's key with `:refund`. */
export const isPart = ({ type, key }: { type: string; key: string }): boolean =>
  type === 'refund' && !/:refund( |$)/.test(key)

/** The amount charged for an order, net, before its parts are returned. */
export const chargedFor = (book: Book, orderId: string): number =>
  paidFor(
    book.filter((entry) => !isPart(entry)),
    orderId,
  )

/** Checks the amount paid for the order of the last entry of the book. */
export function checkLastBooking(book: Book): void {
  const { reference = '', type, amount } = book.at(-1) ?? {}
  const paid = paidFor(book, reference)
  const charge = book.findLast((entry) => entry.reference === reference && entry.type === 'charge')?.amount.amount ?? 0
  const problem = () => `The amount paid for ${reference} is ${paid} of ${charge} after a ${type} of ${amount?.amount}.`
  assertRule('an order is charged at most once net', paid <= charge, problem)
  // A void of a key that the provider does not know has no amount.
  assertRule('no more is returned than was paid', paid >= 0, problem)
}

/** By the provider's own book: an order's total, less the parts returned, is paid if it stands, and nothing is paid otherwise. */
export function checkMoney({ databases, book }: World): void {
  for (const { id, customerId, storeId, status, total, lines, deliveryFee } of databases.order.rows<Order>('orders')) {
    const price = lines.reduce((sum, line) => sum + line.unitPrice.amount * line.quantity, 0)
    const fee = deliveryFee?.amount ?? 0
    assertRule('an order costs what its lines and its delivery cost', total.amount === price + fee, () => {
      return `${id} costs ${total.amount}, not ${price} and ${fee}.`
    })
    const paid = paidFor(book, id)
    const stands = STANDING.includes(status)
    const rule = 'refunded if and only if neither delivered nor on its way'
    const payment = databases.payment.row<Payment>('payments', id)
    const parts = partsReturned(payment)
    assertRule(rule, paid === (stands ? total.amount - parts : 0), () => {
      return `${id} is ${status}, but the amount paid is ${paid} of ${total.amount}; ${parts} were returned in parts.`
    })
    const isKnown = payment?.orderedAt && payment.amount?.amount === total.amount && payment.customerId === customerId
    assertRule('payment knows the customer and total of every order', isKnown === true, () => `It does not know ${id}.`)
    assertRule('payment knows the store of every paid order', !stands || payment?.storeId === storeId, () => {
      return `It does not know that of ${id}.`
    })
    const agrees = (payment?.status === 'APPROVED') === paid + parts > 0 || payment?.status === 'CANCELLED'
    assertRule(
      "payment agrees with the provider's book",
      agrees,
      () => `${id} is ${payment?.status}, but the amount paid is ${paid}.`,
    )
  }
}

/** The sum of the part refunds that were made. */
export const partsReturned = (payment: Payment | null | undefined): number =>
  (payment?.parts ?? []).reduce((sum, { state, amount }) => (state === 'done' ? sum + amount.amount : sum), 0)

/** An order costs no more than the customer expected. */
export function checkExpectedTotals({ databases }: World, { ordersOfKey, expectedOfKey }: Records): void {
  for (const [key, ids] of ordersOfKey)
    for (const id of ids) {
      const total = databases.order.row<Order>('orders', id)?.total.amount ?? 0
      const expected = expectedOfKey.get(key) ?? 0
      assertRule(
        'no customer is charged more than expected',
        total <= expected,
        () => `${id} costs ${total}, not ${expected}.`,
      )
    }
}

/** By the provider's own book: no order has more declined tokens than the limit. */
export function checkDeclinedTokens({ book }: World): void {
  const declines = Map.groupBy(
    book.filter(({ type }) => type === 'decline'),
    ({ reference }) => reference,
  )
  for (const [id, { length }] of declines)
    assertRule(
      'declined tokens stay within the limit',
      length <= LIMITS.mostDeclinedOfOrder,
      () => `${length} tokens were declined for ${id}.`,
    )
}
