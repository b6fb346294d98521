import type { WrongState } from '../../../chassis/failures.ts'
import type { Said, SaidBy } from '../../../schema/events/facts.ts'

/** 상점의 주문. What the florist does about one order (docs/language.md, "store"); its id is the order's. */
export type StoreOrder = OpenedOrder | Tombstone

export type OpenedOrder = {
  id: string
  status: StoreOrderStatus
  storeId: string
  /** The store's owner: who may read it and act on it. */
  ownerId: string
  customerId: string
  rejectionReason: string | null
  /** Grows by one with each change. */
  revision: number
}

/** A cancellation came before the order itself: nothing opens later. Nobody is shown it. */
export type Tombstone = {
  id: string
  status: 'TOMBSTONE'
  storeId: null
  ownerId: null
  customerId: null
  rejectionReason: null
  revision: 0
}

export type StoreOrderStatus = 'NEW' | 'RECEIVED' | 'DECORATED' | 'REJECTED' | 'CANCELLED' | 'HANDED_OVER' | 'DELIVERED'

/** What becomes of an order in the store, and what is said of it. */
export type Decision<Order extends StoreOrder = StoreOrder> = { order: Order; says: SaidBy<'store'>[] }

/** What the florist does; the reason is told to the customer. */
export type Command = { type: 'receiveOrder' } | { type: 'decorateOrder' } | { type: 'rejectOrder'; reason: string }

/** `StockReserved`: the order reaches the florist. Null where it, or its cancellation, is there already. */
export function open(
  existing: StoreOrder | null,
  order: { orderId: string; storeId: string; ownerId: string; customerId: string },
): Decision | null {
  if (existing) return null
  const { orderId, storeId, ownerId, customerId } = order
  const nothingYet = { rejectionReason: null, revision: 1 }
  return { order: { id: orderId, status: 'NEW', storeId, ownerId, customerId, ...nothingYet }, says: [] }
}

const COMMANDS: {
  [Type in Command['type']]: { in: StoreOrderStatus[]; becomes: StoreOrderStatus; verb: string }
} = {
  receiveOrder: { in: ['NEW'], becomes: 'RECEIVED', verb: 'received' },
  decorateOrder: { in: ['RECEIVED'], becomes: 'DECORATED', verb: 'decorated' },
  rejectOrder: { in: ['NEW', 'RECEIVED'], becomes: 'REJECTED', verb: 'rejected' },
}

/** The florist acts. A repeated command answers as the first did, and says nothing again. */
export function act(order: OpenedOrder, command: Command): Decision<OpenedOrder> | WrongState {
  const { in: states, becomes, verb } = COMMANDS[command.type]
  if (order.status === becomes) return { order, says: [] }
  if (!states.includes(order.status)) {
    const message = `An order that is ${order.status} can't be ${verb}.`
    return { type: 'WrongState', message, status: order.status }
  }
  const rejectionReason = command.type === 'rejectOrder' ? command.reason : null
  return { order: { ...changed(order, becomes), rejectionReason }, says: [outcomeOf(order, command)] }
}

const changed = (order: OpenedOrder, status: StoreOrderStatus): OpenedOrder => ({
  ...order,
  status,
  revision: order.revision + 1,
})

function outcomeOf({ id: orderId, storeId, ownerId, customerId }: OpenedOrder, command: Command): SaidBy<'store'> {
  switch (command.type) {
    case 'receiveOrder':
      return { type: 'Received', data: { orderId } }
    case 'decorateOrder':
      return { type: 'Decorated', data: { orderId, storeId, ownerId, customerId } }
    case 'rejectOrder':
      // Without the reason, which may name a person: facts are kept for ever.
      return { type: 'Rejected', data: { orderId } }
  }
}

export type Followed =
  | 'CancellationRequested'
  | 'OrderCancelled'
  | 'DeliveryCancelled'
  | 'DepartedForDelivery'
  | 'DeliveryCompleted'

/** What follows from each fact in each state; a pair not listed changes nothing and says nothing. */
const FOLLOWS: { [Name in Followed]: { [State in StoreOrder['status'] | 'none']?: StoreOrder['status'] } } = {
  CancellationRequested: {
    none: 'TOMBSTONE',
    TOMBSTONE: 'TOMBSTONE',
    NEW: 'CANCELLED',
    RECEIVED: 'CANCELLED',
    DECORATED: 'DECORATED',
    HANDED_OVER: 'HANDED_OVER',
    DELIVERED: 'DELIVERED',
  },
  OrderCancelled: { none: 'TOMBSTONE', NEW: 'CANCELLED', RECEIVED: 'CANCELLED', DECORATED: 'CANCELLED' },
  DeliveryCancelled: { DECORATED: 'CANCELLED' },
  DepartedForDelivery: { DECORATED: 'HANDED_OVER' },
  DeliveryCompleted: { DECORATED: 'DELIVERED', HANDED_OVER: 'DELIVERED' },
}

/**
 * Follows what order and delivery have said of it; null where nothing comes of that. Where something is only to be said,
 * the very `order` is returned.
 */
export function follow(order: StoreOrder | null, fact: Said<Followed>): Decision | null {
  const becomes = FOLLOWS[fact.type][order?.status ?? 'none']
  if (!becomes) return null
  const { orderId } = fact.data
  const says: SaidBy<'store'>[] = []
  if (fact.type === 'CancellationRequested') {
    const decorated = becomes === 'DECORATED' || becomes === 'HANDED_OVER' || becomes === 'DELIVERED'
    says.push({ type: 'RegistrationCancelled', data: { orderId, decorated } })
  }
  if (order?.status === becomes) return { order, says }
  // In the table only what is none or a tombstone becomes a tombstone, and nothing else comes of it.
  const opened = order && order.status !== 'TOMBSTONE' && becomes !== 'TOMBSTONE'
  return { order: opened ? changed(order, becomes) : tombstone(orderId), says }
}

const tombstone = (id: string): Tombstone => ({
  id,
  status: 'TOMBSTONE',
  storeId: null,
  ownerId: null,
  customerId: null,
  rejectionReason: null,
  revision: 0,
})

/** Who may read it: the store's owner, and the customer whose order it is. Nobody reads a tombstone. */
export const mayRead = (order: StoreOrder, callerId: string): order is OpenedOrder =>
  order.status !== 'TOMBSTONE' && (order.ownerId === callerId || order.customerId === callerId)

/** Those of which something is still to come. */
export const openStatuses: readonly StoreOrderStatus[] = ['NEW', 'RECEIVED', 'DECORATED', 'HANDED_OVER']
