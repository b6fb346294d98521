import type { Delivery } from '../../../subgraphs/delivery/domain/delivery.ts'
import type { Item } from '../../../subgraphs/item/domain/item.ts'
import { isUnpaid, type Order, type OrderStatus } from '../../../subgraphs/order/domain/order.ts'
import type { Payment } from '../../../subgraphs/payment/domain/payment.ts'
import type { StoreOrder } from '../../../subgraphs/store/domain/store-order.ts'
import type { Changed, Database } from '../database.ts'
import { ACCEPTING, LIMITS } from '../plan.ts'
import type { Process } from '../process.ts'
import { assertRule } from './violation.ts'
import { createWindowCheck } from './windows.ts'

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
  RETURNED: 7,
}

/** Under way, an order ranks by the attempt, and a failed one above the same one under way. Ends exclude each other. */
const rankOf = ({ status, attempt, attemptFailed }: Order): number =>
  RANKS[status] + (status === 'OUT_FOR_DELIVERY' ? (2 * attempt + (attemptFailed ? 1 : 0)) / 10 : 0)

/** Returns a check of a single commit, which throws if a rule is violated. */
export function createCommitCheck(charged: (orderId: string) => number, now: () => number) {
  const statuses = new Map<string, OrderStatus>()
  const ranks = new Map<string, number>()
  const declinedByCustomer = new Map<string, number[]>()
  const countedAttempts = new Set<string>()
  const checkWindow = createWindowCheck()
  return (database: Database, changed: Changed[], process: Process, begunAt: number): void => {
    if (process.context === 'order') checkWindow(database, changed, begunAt, now())
    for (const { table, id, before } of changed) {
      if (table === 'orders') {
        const order = database.row<Order>(table, id)
        if (order) checkStatus(order)
        if (order) checkUnpaidOrders(database, order)
      } else if (table === 'deliveries') {
        if (database.row<Delivery>(table, id)?.status === 'DEPARTED')
          assertRule(
            'only paid orders are carried out',
            charged(id) > 0,
            () => `${id} departs, but the amount charged is ${charged(id)}.`,
          )
      } else if (table === 'items') {
        const available = database.row<Item>(table, id)?.available ?? 0
        assertRule('stock is never negative', available >= 0, () => `The stock of ${id} is ${available}.`)
      } else if (table === 'storeOrders') {
        // A table has rows of one type.
        checkRejection(before as StoreOrder | null, database.row<StoreOrder>(table, id), process)
      } else if (table === 'payments') {
        const payment = database.row<Payment>(table, id)
        const attempts = payment?.attempts ?? []
        if (payment) checkDeclinedWithinHour(payment)
        const open = attempts.filter(({ state }) => state === 'open').length
        assertRule('at most one attempt is open', open <= 1, () => `The payment of ${id} has ${open} open attempts.`)
      }
    }
  }

  /** `mostUnpaid` orders may be unpaid, and as many may be in the process of being charged; `mostUnpaidPlaces` may hold a place. */
  function checkUnpaidOrders(database: Database, { customerId }: Order): void {
    const orders = database.rows<Order>('orders').filter((order) => order.customerId === customerId && isUnpaid(order))
    const places = orders.filter(({ holdsPlace }) => holdsPlace).length
    const isWithin = orders.length < 2 * LIMITS.mostUnpaid && places <= LIMITS.mostUnpaidPlaces
    assertRule('unpaid orders stay within the limit', isWithin, () => {
      return `${customerId} has ${orders.length} unpaid orders, ${places} of which hold a place.`
    })
  }

  /** Only what is NEW is rejected because nobody accepted it: in its time, and by a process that has shown it long enough. */
  function checkRejection(before: StoreOrder | null, after: StoreOrder | null, process: Process): void {
    if (after?.rejectionCause !== 'NOT_ACCEPTED' || before?.status === 'REJECTED') return
    assertRule('nobody is rejected who was received', before?.status === 'NEW', () => {
      return `${after.id} was ${before?.status}, and is rejected because nobody accepted it.`
    })
    const early = (before?.acceptBy?.getTime() ?? Number.POSITIVE_INFINITY) - now()
    assertRule('no order is rejected before its acceptBy', early <= 0, () => {
      return `${after.id} is rejected ${early} ms before.`
    })
    const shownMs = now() - process.workingSince
    assertRule('no order is rejected unseen', shownMs >= ACCEPTING.rejectAfterStartMs, () => {
      return `${after.id} is rejected by a process that has been working for ${shownMs} ms.`
    })
  }

  function checkDeclinedWithinHour({ id, customerId, attempts }: Payment): void {
    const declinedAt = declinedByCustomer.get(customerId ?? '') ?? []
    declinedByCustomer.set(customerId ?? '', declinedAt)
    for (const { key, state } of attempts)
      if (state === 'declined' && !countedAttempts.has(key)) {
        countedAttempts.add(key)
        declinedAt.push(now())
      }
    const recent = declinedAt.filter((at) => at > now() - 60 * 60_000).length
    assertRule('declined tokens stay within the limit', recent <= LIMITS.mostDeclinedAnHour, () => {
      return `${recent} tokens of ${customerId} were declined within an hour, the last for ${id}.`
    })
  }

  function checkStatus(order: Order): void {
    const { id, status, total } = order
    const isPaid = status !== 'PAID' || statuses.get(id) === 'PAID' || charged(id) === total.amount
    assertRule(
      'only paid orders are carried out',
      isPaid,
      () => `${id} is PAID, but the amount charged is ${charged(id)} of ${total.amount}.`,
    )
    const before = statuses.get(id)
    const isAllowed = before === undefined || rankOf(order) >= (ranks.get(id) ?? 0)
    assertRule(
      'a status is never lowered',
      isAllowed,
      () => `${id} was ${before} and is ${status}, at attempt ${order.attempt}.`,
    )
    statuses.set(id, status)
    ranks.set(id, rankOf(order))
  }
}
