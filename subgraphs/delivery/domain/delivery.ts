import type { Said, SaidBy } from '../../../schema/events/facts.ts'

/** 배송. The delivery of one order (docs/language.md, "delivery"). It has the order's id. */
export type Delivery = KnownDelivery | Tombstone

export type KnownDelivery = Progress & {
  id: string
  status: DeliveryStatus
  storeId: string
  /** The store's owner, who may read it. */
  ownerId: string
  customerId: string
}

/** The cancellation came before `Decorated`. Nobody may read the delivery until that fact says whose it is. */
export type Tombstone = Progress & {
  id: string
  status: 'CANCELLED'
  storeId: null
  ownerId: null
  customerId: null
}

type Progress = {
  /** The promised window; all three are null for orders from before there were windows. */
  windowStartsAt: Date | null
  windowEndsAt: Date | null
  timeZone: string | null
  /** The present attempt, 1 or 2. */
  attempt: number
  /** What riders have said of each attempt on which one departed (`logOf`). */
  attempts: Attempt[]
  /** The rider of the present attempt; null before departure. */
  riderId: string | null
  /** When that rider departed. */
  departedAt: Date | null
  completedAt: Date | null
  returnedAt: Date | null
  /** When it is over without anybody's doing, while that is so. */
  dueAt: Date | null
  proof: Proof | null
  /** Increases when the recipient's link is revoked. */
  linkSerial: number
  linkForbidden: boolean
  /** Increases by one with each change that is shown. */
  revision: number
}

export type DeliveryStatus = 'REQUESTED' | 'DEPARTED' | 'ATTEMPTED' | 'COMPLETED' | 'RETURNED' | 'CANCELLED'

/** Why the flowers could not be handed over. */
export type AttemptReason = 'NOBODY_HOME' | 'WRONG_ADDRESS' | 'NO_ACCESS' | 'REFUSED' | 'DAMAGED'

/** What a rider has said of an attempt. The times are texts, since the log is kept as JSON. */
export type Outcome = {
  outcome: AttemptReason | 'COMPLETED' | 'RETURNED'
  /** When it was heard here. */
  at: string
  /** When it was by the rider's phone, if it said so; it decides nothing. */
  phoneAt: string | null
  note: string | null
  /** The photo that proves it, in media; outcomes of before there were photos have none. */
  photo?: string
}

/** An attempt on which a rider departed, with all that was said of it: nothing is forgotten, so that a repeat is recognized. */
export type Attempt = { attempt: number; riderId: string; departedAt: string; outcomes: Outcome[] }

/** The rider's proof. It may show a person or a door, so it is stored only here, and is in no fact. */
export type Proof = { note: string | null }

/** The delivery after a decision, and the facts to say. */
export type Decision<D extends Delivery = Delivery> = { delivery: D; says: SaidBy<'delivery'>[] }

/** The window in which the flowers are promised to arrive. */
export type DeliveryPromise = { startsAt: Date; endsAt: Date; timeZone: string }

/** Whether store and customer are known (those of a tombstone are not). */
export const isKnown = (delivery: Delivery): delivery is KnownDelivery => delivery.storeId !== null

const noWindow = { windowStartsAt: null, windowEndsAt: null, timeZone: null }

const nothingYet: Omit<Progress, keyof typeof noWindow | 'revision'> = {
  attempt: 1,
  attempts: [],
  riderId: null,
  departedAt: null,
  completedAt: null,
  returnedAt: null,
  dueAt: null,
  proof: null,
  linkSerial: 0,
  linkForbidden: false,
}

/** The promised window; null if there is none. */
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
  const known = { id: orderId, storeId, ownerId, customerId, ...nothingYet, ...(window ?? noWindow), revision: 1 }
  if (!existing) {
    return {
      delivery: { ...known, status: 'REQUESTED' },
      says: [{ type: 'DeliveryRequested', data: { orderId, ...(promise && { promise }) } }],
    }
  }
  return isKnown(existing) ? null : { delivery: { ...known, status: 'CANCELLED' }, says: [] }
}

/**
 * `RegistrationCancelled{decorated}`: cancels before the first departure, refuses after it, also while a second attempt is awaited.
 * Null: nothing changes.
 */
export function cancel(existing: Delivery | null, orderId: string): Decision | null {
  const cancelled: SaidBy<'delivery'> = { type: 'DeliveryCancelled', data: { orderId } }
  if (!existing) return { delivery: tombstone(orderId), says: [cancelled] }
  if (existing.status === 'CANCELLED') return null
  if (existing.status === 'REQUESTED' && existing.attempt === 1)
    return { delivery: { ...existing, status: 'CANCELLED', revision: existing.revision + 1 }, says: [cancelled] }
  return { delivery: existing, says: [{ type: 'CancellationRefused', data: { orderId } }] }
}

/**
 * `RecipientCorrected`: riders are to read it again. The link that went to another phone number ends. Null: nothing changes; what is
 * cancelled never departed, so that nobody reads it or has its link.
 */
export function correct(existing: Delivery | null, phoneChanged: boolean): Decision | null {
  if (!existing || !isKnown(existing) || existing.status === 'CANCELLED') return null
  const linkSerial = existing.linkSerial + (phoneChanged ? 1 : 0)
  return { delivery: { ...existing, linkSerial, revision: existing.revision + 1 }, says: [] }
}

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
  (isParty(delivery, reader.id) ||
    delivery.riderId === reader.id ||
    (reader.isRider && delivery.status === 'REQUESTED'))

/** Whether it is the caller's order or store. They see who carries it, and the riders' notes; a rider sees the own ones, and no order. */
export const isParty = ({ customerId, ownerId }: Delivery, readerId: string): boolean =>
  customerId === readerId || ownerId === readerId
