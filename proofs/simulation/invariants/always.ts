import type { Delivery } from '../../../subgraphs/delivery/domain/delivery.ts'
import type { Item } from '../../../subgraphs/item/domain/item.ts'
import { isUnpaid, type Order, type OrderStatus } from '../../../subgraphs/order/domain/order.ts'
import type { Payment } from '../../../subgraphs/payment/domain/payment.ts'
import type { Changed, Database } from '../database.ts'
import { LIMITS } from '../plan.ts'
import { holds } from './violation.ts'

/** docs/language.md, "A fact never lowers a status". */
const RANKS: { [Status in OrderStatus]: number } = {
  AWAITING_PAYMENT: 0,
  PAYMENT_FAILED: 1,
  PAID: 2,
  RECEIVED: 3,
  DECORATED: 4,
  CANCELLING: 5,
  OUT_FOR_DELIVERY: 6,
  DELIVERED: 7,
  CANCELLED: 7,
  REJECTED: 7,
  EXPIRED: 7,
}

/** Returns a check of a single commit, which throws if a rule is violated. */
export function watcher(paid: (orderId: string) => number, now: () => number) {
  const statuses = new Map<string, OrderStatus>()
  const declined = new Map<string, number[]>()
  const seen = new Set<string>()
  return (database: Database, changed: Changed[]): void => {
    for (const { table, id } of changed) {
      if (table === 'orders') {
        const order = database.row<Order>(table, id)
        if (order) rises(order)
        if (order) fewAreUnpaid(database, order)
      } else if (table === 'deliveries') {
        if (database.row<Delivery>(table, id)?.status === 'DEPARTED')
          holds('unpaid is no deal', paid(id) > 0, () => `${id} departs, and ${paid(id)} is paid.`)
      } else if (table === 'items') {
        const available = database.row<Item>(table, id)?.available ?? 0
        holds('stock is never below zero', available >= 0, () => `There are ${available} of ${id}.`)
      } else if (table === 'payments') {
        const payment = database.row<Payment>(table, id)
        const attempts = payment?.attempts ?? []
        if (payment) fewAreDeclined(payment)
        const open = attempts.filter(({ state }) => state === 'open').length
        holds('at most one attempt is open', open <= 1, () => `The payment of ${id} has ${open}.`)
      }
    }
  }

  /** As many orders may be unpaid, and as many more be being charged when the last was placed. */
  function fewAreUnpaid(database: Database, { customerId }: Order): void {
    const orders = database.rows<Order>('orders').filter((order) => order.customerId === customerId && isUnpaid(order))
    holds('few orders are left unpaid', orders.length < 2 * LIMITS.mostUnpaid, () => {
      return `${customerId} has ${orders.length} unpaid orders.`
    })
  }

  function fewAreDeclined({ id, customerId, attempts }: Payment): void {
    const times = declined.get(customerId ?? '') ?? []
    declined.set(customerId ?? '', times)
    for (const { key, state } of attempts)
      if (state === 'declined' && !seen.has(key)) {
        seen.add(key)
        times.push(now())
      }
    const recent = times.filter((at) => at > now() - 60 * 60_000).length
    holds('few tokens are tried', recent <= LIMITS.mostDeclinedAnHour, () => {
      return `${recent} tokens of ${customerId} were declined within an hour, the last for ${id}.`
    })
  }

  function rises({ id, status, total }: Order): void {
    const isPaid = status !== 'PAID' || statuses.get(id) === 'PAID' || paid(id) === total.amount
    holds('unpaid is no deal', isPaid, () => `${id} is PAID, and ${paid(id)} of ${total.amount} is paid.`)
    const before = statuses.get(id)
    const goes = before === undefined || before === status || RANKS[status] > RANKS[before]
    holds('a status never goes back', goes, () => `${id} was ${before} and is ${status}.`)
    statuses.set(id, status)
  }
}
