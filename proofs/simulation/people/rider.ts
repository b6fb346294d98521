import type { AttemptReason, Delivery } from '../../../subgraphs/delivery/domain/delivery.ts'
import { assertRule } from '../invariants/violation.ts'
import type { Person } from '../plan.ts'
import { type Actor, actRepeatedly, record, repeatAndCompare, request } from './requests.ts'

/** A command as the rider's phone keeps it; without an attempt, as apps send it that know of none. */
type Told = {
  what: 'departs' | 'completes' | 'fails' | 'returns'
  deliveryId: string
  attempt: number | null
  reason: AttemptReason
  /** Whether it was answered by success. */
  isDone: boolean
}

const REASONS: AttemptReason[] = ['NOBODY_HOME', 'NOBODY_HOME', 'WRONG_ADDRESS', 'NO_ACCESS', 'REFUSED', 'DAMAGED']

/**
 * Departs with requested deliveries, and completes departed ones, or can not; other riders may be faster. A phone that was offline
 * repeats what it said long ago, or says it only now.
 */
export async function rider(self: Actor, { acts, fails, isOffline }: Extract<Person, { does: 'ride' }>): Promise<void> {
  const kept: Told[] = []
  await actRepeatedly(self, acts, () => {
    if (isOffline && kept.length && self.random.chance(0.25)) return say(self, self.random.pick(kept))
    const open = openOf(self, isOffline)
    if (!open.length) return null
    const told = nextOf(self, self.random.pick(open), fails)
    kept.push(told)
    return say(self, told)
  })
}

/** Takes every delivery one step further. */
export async function finishDeliveries(self: Actor, fails: number): Promise<void> {
  for (const { status, attempt, id: deliveryId } of openOf(self, false)) {
    const arrives = self.random.chance(fails) ? 'fails' : 'completes'
    const what = status === 'REQUESTED' ? 'departs' : status === 'DEPARTED' ? arrives : 'returns'
    const told = { what, deliveryId, attempt, reason: self.random.pick(REASONS), isDone: false } as const
    await repeatAndCompare(() => say(self, { ...told }))
  }
}

/** The rider brings the flowers back of every own attempt that failed. */
export async function bringBack(self: Actor): Promise<void> {
  for (const { id: deliveryId, status, riderId, attempt } of openOf(self, false))
    if (status === 'ATTEMPTED' && riderId === self.id)
      await say(self, { what: 'returns', deliveryId, attempt, reason: 'REFUSED', isDone: false })
}

function nextOf(self: Actor, { id: deliveryId, status, attempt, attempts }: Delivery, fails: number): Told {
  const { random } = self
  const told = { deliveryId, reason: random.pick(REASONS), isDone: false }
  const isEarlier = attempts[0]?.riderId === self.id && attempt > 1
  if (isEarlier && random.chance(0.3)) return { ...told, what: 'completes', attempt: random.pick([1, null]) }
  if (status === 'REQUESTED')
    return { ...told, what: 'departs', attempt: attempt === 1 ? random.pick([1, null]) : random.pick([2, 2, 2, null]) }
  if (status === 'DEPARTED' && random.chance(fails)) return { ...told, what: 'fails', attempt }
  // Mostly the customer is given time to ask for a second attempt.
  if (status === 'ATTEMPTED')
    return { ...told, what: random.pick(['returns', 'completes', 'fails', 'fails', 'fails']), attempt }
  return { ...told, what: 'completes', attempt: attempt === 1 ? random.pick([1, null]) : attempt }
}

/**
 * Sends a command. One that was answered by success once is answered so whenever it is repeated, except a departure that names no
 * attempt: it may be meant for the second one.
 */
async function say(self: Actor, told: Told): Promise<{ type: string } | null> {
  const { what, deliveryId, attempt, reason } = told
  record(self.records.rides, deliveryId, `${self.id} ${what} ${attempt ?? 1}`)
  const rider = { id: self.id, isRider: true }
  const named = attempt ?? 1
  const answer = await request(self, 'delivery', `${what} ${deliveryId}, attempt ${attempt}`, (commands) => {
    switch (what) {
      case 'departs':
        return commands.departForDelivery(rider, { deliveryId, attempt })
      case 'completes':
        return commands.completeDelivery(rider, { deliveryId, attempt })
      case 'fails':
        return commands.reportFailedAttempt(rider, { deliveryId, attempt: named, reason })
      case 'returns':
        return commands.returnFlowers(rider, { deliveryId, attempt: named })
    }
  })
  if (!answer) return null
  const isDone = answer.type === 'DeliveryPayload'
  assertRule('a repeated command is answered as the first', isDone || !told.isDone, () => {
    return `${self.name} ${what} ${deliveryId} again (attempt ${attempt}), and was answered ${answer.type}.`
  })
  told.isDone ||= isDone && (what !== 'departs' || attempt !== null)
  return answer
}

const openOf = (self: Actor, isOffline: boolean) =>
  self.world.databases.delivery
    .rows<Delivery>('deliveries')
    .filter(
      ({ status, attempts }) =>
        status === 'REQUESTED' ||
        status === 'DEPARTED' ||
        status === 'ATTEMPTED' ||
        (isOffline && attempts[0]?.riderId === self.id),
    )
