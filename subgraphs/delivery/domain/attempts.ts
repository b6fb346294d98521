import type { WrongState } from '../../../chassis/failures.ts'
import type {
  Attempt,
  AttemptReason,
  Decision,
  DeliveryPromise,
  KnownDelivery,
  Outcome,
  Proof,
  Reader,
} from './delivery.ts'

/** What a rider's command is about. */
export type Ride = { riderId: string; attempt: number }

/** What a rider adds to an outcome. */
export type Told = { note: string | null; phoneAt: Date | null; photo?: string | null }

type Decided = Decision<KnownDelivery> | WrongState

/** How long a failed attempt, or a second one that nobody makes, waits until the flowers count as returned. */
const PATIENCE_MS = 24 * 60 * 60_000

/** The reasons after which a second attempt can succeed. */
const WORTH_ANOTHER: readonly string[] = ['NOBODY_HOME', 'WRONG_ADDRESS', 'NO_ACCESS']

/**
 * The log of the attempts. A process of the release before keeps none: what it did is read from the other fields, so that riders
 * who departed before an update complete after it.
 */
export function logOf(delivery: KnownDelivery): Attempt[] {
  const { attempt, attempts, riderId, departedAt, completedAt, proof } = delivery
  if (!riderId || !departedAt) return attempts
  const at = departedAt.toISOString()
  const isCurrent = (entry: Attempt) => entry.riderId === riderId && entry.departedAt === at
  const log = attempts.some(isCurrent) ? attempts : [...attempts, { attempt, riderId, departedAt: at, outcomes: [] }]
  if (!completedAt || log.some((entry) => isCurrent(entry) && said(entry, 'COMPLETED'))) return log
  const completed = outcomeOf('COMPLETED', completedAt, { note: proof?.note ?? null, phoneAt: null })
  return log.map((entry) => (isCurrent(entry) ? { ...entry, outcomes: [...entry.outcomes, completed] } : entry))
}

/**
 * Whether the caller may command as a rider of it, and be told WrongState: who departed on one of its attempts, and any rider while
 * it waits for one, or nobody has departed.
 */
export function mayRide(delivery: KnownDelivery, caller: Reader): boolean {
  const log = logOf(delivery)
  const isOpenToAll = log.length === 0 || delivery.status === 'REQUESTED'
  return log.some(({ riderId }) => riderId === caller.id) || (isOpenToAll && caller.isRider)
}

/**
 * A rider departs; only one can, and not earlier than `earliestMs` before the promised window (null: at any time). A repeated command
 * is answered as the first, whatever has happened since, and says no further facts. Apps from before there were attempts name none,
 * and mean the first; of a later one that is not the caller's, nobody can tell whether such a command repeats or departs.
 */
export function depart(
  delivery: KnownDelivery,
  { riderId, attempt: named }: Pick<Ride, 'riderId'> & { attempt: number | null },
  now: Date,
  earliestMs: number | null,
): Decided {
  if (named === null && delivery.attempt > 1 && delivery.riderId !== riderId) return wrongAttempt(delivery)
  const attempt = named ?? 1
  const log = logOf(delivery)
  if (entryOf(log, { riderId, attempt })) return { delivery, says: [] }
  if (delivery.status !== 'REQUESTED') return wrongState(delivery, 'no longer waits for a rider')
  if (attempt !== delivery.attempt) return wrongAttempt(delivery)
  const { windowStartsAt } = delivery
  const from = earliestMs !== null && windowStartsAt ? new Date(windowStartsAt.getTime() - earliestMs) : now
  if (now < from) return wrongState(delivery, `cannot depart before ${from.toISOString()}`)
  const entry: Attempt = { attempt, riderId, departedAt: now.toISOString(), outcomes: [] }
  return {
    delivery: {
      ...changed(delivery, 'DEPARTED'),
      attempts: [...log, entry],
      riderId,
      departedAt: now,
      dueAt: null,
    },
    says: [{ type: 'DepartedForDelivery', data: { orderId: delivery.id, riderId, ...(attempt > 1 && { attempt }) } }],
  }
}

/** The rider could not hand the flowers over. */
export function fail(delivery: KnownDelivery, ride: Ride, reason: AttemptReason, told: Told, now: Date): Decided {
  const { attempt } = ride
  const entry = entryOf(logOf(delivery), ride)
  if (entry && said(entry, reason)) return { delivery, says: [] }
  if (!entry || attempt !== delivery.attempt) return notTheirs(delivery, entry)
  if (delivery.status !== 'DEPARTED') return wrongState(delivery, 'is not on its way')
  return {
    delivery: {
      ...changed(delivery, 'ATTEMPTED'),
      attempts: logged(delivery, entry, outcomeOf(reason, now, told)),
      dueAt: new Date(now.getTime() + PATIENCE_MS),
    },
    says: [{ type: 'DeliveryAttemptFailed', data: { orderId: delivery.id, attempt, reason } }],
  }
}

/**
 * The rider hands the flowers over: on the way, after a failed attempt, and while a second one is awaited if the recipient opened as
 * the rider of the first left. The first proof is kept.
 */
export function complete(delivery: KnownDelivery, ride: Ride, proof: Proof | null, told: Told, now: Date): Decided {
  const { riderId, attempt } = ride
  const entry = entryOf(logOf(delivery), ride)
  if (entry && said(entry, 'COMPLETED')) return { delivery, says: [] }
  const isAwaitingNext = delivery.status === 'REQUESTED' && attempt === delivery.attempt - 1
  if (!entry || (attempt !== delivery.attempt && !isAwaitingNext)) return notTheirs(delivery, entry)
  if (!isAwaitingNext && delivery.status !== 'DEPARTED' && delivery.status !== 'ATTEMPTED')
    return wrongState(delivery, 'is not on its way')
  return {
    delivery: {
      ...changed(delivery, 'COMPLETED'),
      attempts: logged(delivery, entry, outcomeOf('COMPLETED', now, told)),
      riderId,
      departedAt: new Date(entry.departedAt),
      completedAt: now,
      dueAt: null,
      proof,
    },
    says: [{ type: 'DeliveryCompleted', data: { orderId: delivery.id } }],
  }
}

/** The rider brings the flowers back. */
export function bringBack(delivery: KnownDelivery, ride: Ride, now: Date): Decided {
  const entry = entryOf(logOf(delivery), ride)
  if (entry && said(entry, 'RETURNED')) return { delivery, says: [] }
  if (!entry || ride.attempt !== delivery.attempt) return notTheirs(delivery, entry)
  if (delivery.status !== 'ATTEMPTED') return wrongState(delivery, 'has no failed attempt')
  const attempts = logged(delivery, entry, outcomeOf('RETURNED', now, { note: null, phoneAt: null }))
  return returned({ ...delivery, attempts }, now)
}

/** A day has passed after a failed attempt, or after the window of a second one. Null: nothing changes. */
export function endIfDue(delivery: KnownDelivery, now: Date): Decision<KnownDelivery> | null {
  const waits = delivery.status === 'ATTEMPTED' || (delivery.status === 'REQUESTED' && delivery.attempt > 1)
  return waits && delivery.dueAt && delivery.dueAt <= now ? returned(delivery, now) : null
}

/** The customer asks for a second attempt in a window that the calendar has. A repeated command is answered as the first. */
export function requestAgain(delivery: KnownDelivery, { startsAt, endsAt, timeZone }: DeliveryPromise): Decided {
  if (isRequestedFor(delivery, { startsAt, endsAt })) return { delivery, says: [] }
  const last = logOf(delivery).at(-1)?.outcomes.at(-1)?.outcome ?? ''
  if (delivery.attempt > 1) return wrongState(delivery, 'has had its second attempt requested')
  if (delivery.status !== 'ATTEMPTED') return wrongState(delivery, 'has no failed attempt')
  if (!WORTH_ANOTHER.includes(last)) return wrongState(delivery, `cannot be attempted again after ${last}`)
  const attempt = delivery.attempt + 1
  const promise = { startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString(), timeZone }
  return {
    delivery: {
      ...changed(delivery, 'REQUESTED'),
      attempts: logOf(delivery),
      attempt,
      riderId: null,
      departedAt: null,
      windowStartsAt: startsAt,
      windowEndsAt: endsAt,
      timeZone,
      dueAt: new Date(endsAt.getTime() + PATIENCE_MS),
    },
    says: [{ type: 'DeliveryRequested', data: { orderId: delivery.id, attempt, promise } }],
  }
}

/** Whether a second attempt was requested for this window. */
export const isRequestedFor = (delivery: KnownDelivery, window: { startsAt: Date; endsAt: Date }): boolean =>
  delivery.attempt > 1 &&
  delivery.windowStartsAt?.getTime() === window.startsAt.getTime() &&
  delivery.windowEndsAt?.getTime() === window.endsAt.getTime()

const returned = (delivery: KnownDelivery, now: Date): Decision<KnownDelivery> => ({
  delivery: { ...changed(delivery, 'RETURNED'), returnedAt: now, dueAt: null },
  says: [{ type: 'FlowersReturned', data: { orderId: delivery.id } }],
})

const changed = (delivery: KnownDelivery, status: KnownDelivery['status']): KnownDelivery => ({
  ...delivery,
  status,
  revision: delivery.revision + 1,
})

const entryOf = (log: Attempt[], { riderId, attempt }: Ride): Attempt | undefined =>
  log.find((entry) => entry.attempt === attempt && entry.riderId === riderId)

const said = ({ outcomes }: Attempt, outcome: Outcome['outcome']) => outcomes.some((one) => one.outcome === outcome)

const logged = (delivery: KnownDelivery, entry: Attempt, outcome: Outcome): Attempt[] =>
  logOf(delivery).map((one) =>
    one.attempt === entry.attempt && one.riderId === entry.riderId
      ? { ...one, outcomes: [...one.outcomes, outcome] }
      : one,
  )

const outcomeOf = (outcome: Outcome['outcome'], now: Date, { note, phoneAt, photo }: Told): Outcome => ({
  outcome,
  at: now.toISOString(),
  phoneAt: phoneAt?.toISOString() ?? null,
  note,
  ...(photo && { photo }),
})

/** Whether something was said with this photo. It proves one thing only. */
export const isProof = (delivery: KnownDelivery, photo: string): boolean =>
  delivery.attempts.some(({ outcomes }) => outcomes.some((outcome) => outcome.photo === photo))

/** The caller has not departed on this attempt, or another one is the present one. */
const notTheirs = (delivery: KnownDelivery, entry: Attempt | undefined) =>
  entry || delivery.riderId !== null ? wrongAttempt(delivery) : wrongState(delivery, 'has not departed')

const wrongAttempt = (delivery: KnownDelivery) => wrongState(delivery, `is at attempt ${delivery.attempt}`)

const wrongState = ({ status }: KnownDelivery, why: string): WrongState => ({
  type: 'WrongState',
  message: `This delivery ${why}: it is ${status}.`,
  status,
})
