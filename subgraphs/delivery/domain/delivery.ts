import type { WrongState } from '../../../chassis/failures.ts'
import type { Said, SaidBy } from '../../../schema/events/facts.ts'

/** 배송. The delivery of one order (docs/language.md, "delivery"). It has the order's id. */
export type Delivery = KnownDelivery | Tombstone

export type KnownDelivery = {
  id: string
  status: DeliveryStatus
  storeId: string
  /** The store's owner, who may read it. */
  ownerId: string
  customerId: string
  /** The promised window; all three are null for orders from before there were windows. */
  windowStartsAt: Date | null
  windowEndsAt: Date | null
  timeZone: string | null
  /** The rider who departed with it; null before. */
  riderId: string | null
  departedAt: Date | null
  completedAt: Date | null
  proof: Proof | null
  /** Increases by one with each change. */
  revision: number
}

/** The cancellation came before `Decorated`. Nobody may read the delivery until that fact says whose it is. */
export type Tombstone = {
  id: string
  status: 'CANCELLED'
  storeId: null
  ownerId: null
  customerId: null
  windowStartsAt: null
  windowEndsAt: null
  timeZone: null
  riderId: null
  departedAt: null
  completedAt: null
  proof: null
  revision: 0
}

export type DeliveryStatus = 'REQUESTED' | 'DEPARTED' | 'COMPLETED' | 'CANCELLED'

/** The rider's proof. It may show a person or a door, so it is stored only here, and is in no fact. */
export type Proof = { note: string | null; photoUrl: string | null }

/** The delivery after a decision, and the facts to say. */
export type Decision<D extends Delivery = Delivery> = { delivery: D; says: SaidBy<'delivery'>[] }

/** Whether store and customer are known (those of a tombstone are not). */
export const isKnown = (delivery: Delivery): delivery is KnownDelivery => delivery.storeId !== null

const nothingYet = { riderId: null, departedAt: null, completedAt: null, proof: null } as const

const noWindow = { windowStartsAt: null, windowEndsAt: null, timeZone: null } as const

/** The promised window, as facts carry it; null if there is none. */
export type DeliveryPromise = { startsAt: Date; endsAt: Date; timeZone: string }

/** The window in which the flowers are promised to arrive. */
export const promiseOf = ({ windowStartsAt, windowEndsAt, timeZone }: Delivery): DeliveryPromise | null =>
  windowStartsAt && windowEndsAt && timeZone ? { startsAt: windowStartsAt, endsAt: windowEndsAt, timeZone } : null

/** `Decorated`: requests a rider, unless the order was cancelled before. Null: nothing changes. */
export function request(existing: Delivery | null, decorated: Said<'Decorated'>['data']): Decision | null {
  const { orderId, storeId, ownerId, customerId, promise } = decorated
  const window = promise && {
    windowStartsAt: new Date(promise.startsAt),
    windowEndsAt: new Date(promise.endsAt),
    timeZone: promise.timeZone,
  }
  const known = { id: orderId, storeId, ownerId, customerId, ...(window ?? noWindow), ...nothingYet, revision: 1 }
  if (!existing) {
    return {
      delivery: { ...known, status: 'REQUESTED' },
      says: [{ type: 'DeliveryRequested', data: { orderId, ...(promise && { promise }) } }],
    }
  }
  return isKnown(existing) ? null : { delivery: { ...known, status: 'CANCELLED' }, says: [] }
}

/** `RegistrationCancelled{decorated}`: cancels before departure, refuses after it. Null: nothing changes. */
export function cancel(existing: Delivery | null, orderId: string): Decision | null {
  const cancelled: SaidBy<'delivery'> = { type: 'DeliveryCancelled', data: { orderId } }
  switch (existing?.status) {
    case undefined:
      return { delivery: tombstone(orderId), says: [cancelled] }
    case 'REQUESTED':
      return { delivery: { ...existing, status: 'CANCELLED', revision: existing.revision + 1 }, says: [cancelled] }
    case 'DEPARTED':
    case 'COMPLETED':
      return { delivery: existing, says: [{ type: 'CancellationRefused', data: { orderId } }] }
    case 'CANCELLED':
      return null
  }
}

/**
 * A rider departs; only one can, and not earlier than `earliestMs` before the promised window (null: at any time). A repeated command
 * has the same answer, and says no further facts.
 */
export function depart(
  delivery: KnownDelivery,
  riderId: string,
  now: Date,
  earliestMs: number | null,
): Decision<KnownDelivery> | WrongState {
  if (delivery.status === 'DEPARTED' && delivery.riderId === riderId) return { delivery, says: [] }
  if (delivery.status !== 'REQUESTED') return wrongState(delivery, 'no longer waits for a rider')
  const { windowStartsAt } = delivery
  const from = earliestMs !== null && windowStartsAt ? new Date(windowStartsAt.getTime() - earliestMs) : now
  if (now < from) return wrongState(delivery, `cannot depart before ${from.toISOString()}`)
  return {
    delivery: { ...delivery, status: 'DEPARTED', riderId, departedAt: now, revision: delivery.revision + 1 },
    says: [{ type: 'DepartedForDelivery', data: { orderId: delivery.id, riderId } }],
  }
}

/** The rider who departed completes it. A repeated command has the same answer, keeps the first proof, and says nothing. */
export function complete(
  delivery: KnownDelivery,
  now: Date,
  proof: Proof | null,
): Decision<KnownDelivery> | WrongState {
  if (delivery.status === 'COMPLETED') return { delivery, says: [] }
  if (delivery.status !== 'DEPARTED') return wrongState(delivery, 'has not departed')
  return {
    delivery: { ...delivery, status: 'COMPLETED', completedAt: now, proof, revision: delivery.revision + 1 },
    says: [{ type: 'DeliveryCompleted', data: { orderId: delivery.id } }],
  }
}

const wrongState = ({ status }: KnownDelivery, why: string): WrongState => ({
  type: 'WrongState',
  message: `This delivery ${why}: it is ${status}.`,
  status,
})

const tombstone = (id: string): Tombstone => ({
  id,
  status: 'CANCELLED',
  storeId: null,
  ownerId: null,
  customerId: null,
  ...noWindow,
  ...nothingYet,
  revision: 0,
})

/** The caller. */
export type Reader = { id: string; isRider: boolean }

/** Whether the caller may read it: its customer, the store's owner, its rider, and every rider while it waits for one. */
export const mayRead = (delivery: Delivery, reader: Reader): delivery is KnownDelivery =>
  isKnown(delivery) &&
  ([delivery.customerId, delivery.ownerId, delivery.riderId].includes(reader.id) ||
    (reader.isRider && delivery.status === 'REQUESTED'))

/** Whether the caller may complete it: the rider who departed; before departure any rider, who then gets WrongState. */
export const mayComplete = ({ riderId }: KnownDelivery, caller: Reader): boolean =>
  riderId === null ? caller.isRider : riderId === caller.id
