import type { Order, OrderStatus, Recipient } from './order.ts'

/** The statuses that an order never leaves. */
export const ENDED: readonly OrderStatus[] = ['EXPIRED', 'DELIVERED', 'RETURNED', 'CANCELLED', 'REJECTED']

/** Where a recipient was erased. A process of the release before can read it; everybody else has a name. */
const NOBODY: Recipient = { name: '', phone: '', address: '' }

/** Whether what is personal in it was erased. */
export const isErased = ({ recipient }: Pick<Order, 'recipient'>): boolean => recipient.name === ''

/**
 * The order without what is personal in it: what was ordered, what it cost and what came of it stay. An anonymous sender stays anonymous,
 * so that nobody learns now who the customer was.
 */
export const erase = (order: Order): Order => ({
  ...order,
  recipient: NOBODY,
  cardMessage: null,
  ribbon: null,
  sender: order.sender?.anonymous ? { name: '', anonymous: true } : null,
  cancellationReason: null,
})

/** A recipient or sender as people are told; null once erased. */
export const named = <Person extends { name: string }>(person: Person | null): Person | null =>
  person?.name ? person : null
