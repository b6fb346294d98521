import type { OpenedOrder } from '../domain/store-order.ts'

/** An order in the store, as it is opened without a promise; `given` replaces fields. */
export const someStoreOrder = (given: Partial<OpenedOrder> = {}): OpenedOrder => ({
  id: 'the order',
  status: 'NEW',
  storeId: 'the store',
  ownerId: 'the owner',
  customerId: 'the customer',
  rejectionReason: null,
  rejectionCause: null,
  promise: null,
  substitution: null,
  acceptBy: null,
  substituted: null,
  photo: null,
  refundedTotal: 0,
  revision: 1,
  ...given,
})
