import { type InvalidInput, invalidInput, type WrongState } from '../../../chassis/failures.ts'
import type { Said, SaidBy } from '../../../schema/events/facts.ts'

/** 상점의 주문. The florist's work on one order (docs/language.md, "store"). It has the order's id. */
export type StoreOrder = OpenedOrder | Tombstone

export type OpenedOrder = {
  id: string
  status: StoreOrderStatus
  storeId: string
  /** The store's owner, who may read it and act on it. */
  ownerId: string
  customerId: string
  /** In the florist's words; null unless they rejected it. */
  rejectionReason: string | null
  /** Null unless it was rejected, and where a process of the release before has rejected it, for a florist. */
  rejectionCause: RejectionCause | null
  /** When it is promised to arrive; null for orders from before there were windows. */
  promise: Promised | null
  /** What the florist may do if a flower is missing; null likewise. */
  substitution: Reserved['substitution'] | null
  /** While it is NEW: when it is rejected by itself; null: never. */
  acceptBy: Date | null
  /** What the florist used instead of a flower that was missing, in their words. */
  substituted: string | null
  /** The photo of the finished flowers, in media; null if there is none. */
  photo: string | null
  /** What its owner has returned to the customer in parts, in won: the greatest total that was heard. */
  refundedTotal: number
  /** Increases by one with each change. */
  revision: number
}

/** The cancellation came before the order, which therefore never opens. A tombstone is never shown. */
export type Tombstone = Record<Exclude<keyof OpenedOrder, 'id' | 'status' | 'refundedTotal' | 'revision'>, null> & {
  id: string
  status: 'TOMBSTONE'
  refundedTotal: 0
  revision: 0
}

type Reserved = Said<'StockReserved'>['data']
type Promised = NonNullable<Reserved['promise']>

export type RejectionCause = 'FLORIST' | 'NOT_ACCEPTED'

export type StoreOrderStatus =
  | 'NEW'
  | 'RECEIVED'
  | 'DECORATED'
  | 'REJECTED'
  | 'CANCELLED'
  | 'HANDED_OVER'
  | 'DELIVERED'
  | 'RETURNED'

/** The order after a decision, and the facts to say. */
export type Decision<Order extends StoreOrder = StoreOrder> = { order: Order; says: SaidBy<'store'>[] }

/** The florist's commands. The customer can read the reason, and what was used instead of a flower. */
export type Command =
  | { type: 'receiveOrder' }
  | { type: 'decorateOrder'; substituted?: string | null; photo?: string | null }
  | { type: 'rejectOrder'; reason: string }

/**
 * `StockReserved`: opens the order. Null if the order or its tombstone exists already. `refundedTotal` is what was heard of
 * refunds before; without `acceptBy` it waits for its florist for ever.
 */
export function open(
  existing: StoreOrder | null,
  order: Pick<OpenedOrder, 'storeId' | 'ownerId' | 'customerId'> & { orderId: string } & Partial<
      Pick<Reserved, 'promise' | 'substitution'>
    >,
  { refundedTotal = 0, acceptBy = null }: { refundedTotal?: number; acceptBy?: Date | null } = {},
): Decision | null {
  if (existing) return null
  const { orderId: id, storeId, ownerId, customerId, promise = null, substitution = null } = order
  const nothingYet = { rejectionReason: null, rejectionCause: null, substituted: null, photo: null, revision: 1 }
  const given = { storeId, ownerId, customerId, promise, substitution }
  return { order: { id, status: 'NEW', ...given, acceptBy, refundedTotal, ...nothingYet }, says: [] }
}

const COMMANDS: {
  [Type in Command['type']]: { in: StoreOrderStatus[]; becomes: StoreOrderStatus; verb: string }
} = {
  receiveOrder: { in: ['NEW'], becomes: 'RECEIVED', verb: 'received' },
  decorateOrder: { in: ['RECEIVED'], becomes: 'DECORATED', verb: 'decorated' },
  rejectOrder: { in: ['NEW', 'RECEIVED'], becomes: 'REJECTED', verb: 'rejected' },
}

/**
 * Applies the florist's command. A repeated command has the same answer as the first, and says no further facts. An order that nobody
 * accepted in time was rejected by no command, so there is none to repeat.
 */
export function act(order: OpenedOrder, command: Command): Decision<OpenedOrder> | WrongState | InvalidInput {
  const { in: states, becomes, verb } = COMMANDS[command.type]
  if (order.status === becomes && order.rejectionCause !== 'NOT_ACCEPTED') return { order, says: [] }
  if (!states.includes(order.status)) {
    const message = `An order that is ${order.status} can't be ${verb}.`
    return { type: 'WrongState', message, status: order.status }
  }
  const next = changed(order, becomes)
  const says = [outcomeOf(order, command)]
  switch (command.type) {
    case 'receiveOrder':
      return { order: next, says }
    case 'decorateOrder': {
      const { substituted = null, photo = null } = command
      if (substituted !== null && order.substitution === 'SAME_ONLY') return invalidInput([SAME_ONLY])
      return { order: { ...next, substituted, photo }, says }
    }
    case 'rejectOrder':
      return { order: { ...next, rejectionReason: command.reason, rejectionCause: 'FLORIST' }, says }
  }
}

const SAME_ONLY: InvalidInput['problems'][number] = {
  path: ['substituted'],
  message: 'The customer wants the same flowers only. If you do not have them, reject the order.',
  code: 'NOT_ALLOWED',
}

/** The timer: an order that nobody has accepted by its time is rejected. Null if it is not due, or was accepted. */
export function rejectUnaccepted(order: StoreOrder | null, at: Date): Decision | null {
  if (order?.status !== 'NEW' || order.acceptBy === null || order.acceptBy > at) return null
  return {
    order: { ...changed(order, 'REJECTED'), rejectionCause: 'NOT_ACCEPTED' },
    says: [{ type: 'Rejected', data: { orderId: order.id, reason: 'NOT_ACCEPTED' } }],
  }
}

const changed = (order: OpenedOrder, status: StoreOrderStatus): OpenedOrder => ({
  ...order,
  status,
  revision: order.revision + 1,
})

function outcomeOf(
  { id: orderId, storeId, ownerId, customerId, promise }: OpenedOrder,
  command: Command,
): SaidBy<'store'> {
  switch (command.type) {
    case 'receiveOrder':
      return { type: 'Received', data: { orderId } }
    case 'decorateOrder':
      return { type: 'Decorated', data: { orderId, storeId, ownerId, customerId, ...(promise && { promise }) } }
    case 'rejectOrder':
      // Without the reason, because it may name a person, and facts are kept for ever.
      return { type: 'Rejected', data: { orderId } }
  }
}

export type Followed =
  | 'CancellationRequested'
  | 'OrderCancelled'
  | 'DeliveryCancelled'
  | 'DepartedForDelivery'
  | 'DeliveryCompleted'
  | 'FlowersReturned'

/** The effect of each fact in each state. A pair that is not listed changes nothing and says nothing. */
const FOLLOWS: { [Name in Followed]: { [State in StoreOrder['status'] | 'none']?: StoreOrder['status'] } } = {
  CancellationRequested: {
    none: 'TOMBSTONE',
    TOMBSTONE: 'TOMBSTONE',
    NEW: 'CANCELLED',
    RECEIVED: 'CANCELLED',
    DECORATED: 'DECORATED',
    HANDED_OVER: 'HANDED_OVER',
    DELIVERED: 'DELIVERED',
    RETURNED: 'RETURNED',
  },
  OrderCancelled: { none: 'TOMBSTONE', NEW: 'CANCELLED', RECEIVED: 'CANCELLED', DECORATED: 'CANCELLED' },
  DeliveryCancelled: { DECORATED: 'CANCELLED' },
  DepartedForDelivery: { DECORATED: 'HANDED_OVER' },
  DeliveryCompleted: { DECORATED: 'DELIVERED', HANDED_OVER: 'DELIVERED' },
  FlowersReturned: { DECORATED: 'RETURNED', HANDED_OVER: 'RETURNED' },
}

/**
 * Applies a fact of order or delivery. Null: it has no effect. If there are only facts to say, the same `order` object is
 * returned.
 */
export function follow(order: StoreOrder | null, fact: Said<Followed>): Decision | null {
  const becomes = FOLLOWS[fact.type][order?.status ?? 'none']
  if (!becomes) return null
  const { orderId } = fact.data
  const says: SaidBy<'store'>[] = []
  if (fact.type === 'CancellationRequested') {
    const decorated = becomes !== 'TOMBSTONE' && becomes !== 'CANCELLED'
    says.push({ type: 'RegistrationCancelled', data: { orderId, decorated } })
  }
  if (order?.status === becomes) return { order, says }
  // In the table, a missing order or a tombstone can only become a tombstone.
  const opened = order && order.status !== 'TOMBSTONE' && becomes !== 'TOMBSTONE'
  return { order: opened ? changed(order, becomes) : tombstone(orderId), says }
}

/** `RecipientCorrected`: the florist is to read the order again. Null if there is none to read. */
export function noteCorrection(order: StoreOrder | null): Decision | null {
  if (!order || order.status === 'TOMBSTONE') return null
  return { order: { ...order, revision: order.revision + 1 }, says: [] }
}

/** `PartlyRefunded`: keeps the greatest total. Null if it is known, or there is no order yet, or none will be. */
export function noteRefund(order: StoreOrder | null, refundedTotal: number): Decision | null {
  if (!order || order.status === 'TOMBSTONE' || refundedTotal <= order.refundedTotal) return null
  return { order: { ...order, refundedTotal, revision: order.revision + 1 }, says: [] }
}

const tombstone = (id: string): Tombstone => ({
  id,
  status: 'TOMBSTONE',
  storeId: null,
  ownerId: null,
  customerId: null,
  rejectionReason: null,
  rejectionCause: null,
  promise: null,
  substitution: null,
  acceptBy: null,
  substituted: null,
  photo: null,
  refundedTotal: 0,
  revision: 0,
})

/** Who rejected it; null unless it is REJECTED. */
export const rejectionCauseOf = ({ status, rejectionCause }: OpenedOrder): RejectionCause | null =>
  status === 'REJECTED' ? (rejectionCause ?? 'FLORIST') : null

/** Until when the florist must accept it; null if it is not waited for. */
export const acceptByOf = ({ status, acceptBy }: OpenedOrder): Date | null => (status === 'NEW' ? acceptBy : null)

/** Whether the caller may read it: the store's owner and the order's customer may; nobody may read a tombstone. */
export const mayRead = (order: StoreOrder, callerId: string): order is OpenedOrder =>
  order.status !== 'TOMBSTONE' && (order.ownerId === callerId || order.customerId === callerId)

/** The states in which an order will still change. */
export const openStatuses: readonly StoreOrderStatus[] = ['NEW', 'RECEIVED', 'DECORATED', 'HANDED_OVER']
