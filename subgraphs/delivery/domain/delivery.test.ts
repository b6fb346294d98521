import { describe, expect, it } from '@jest/globals'
import { bringBack, complete, depart, endIfDue, fail, logOf, mayRide, requestAgain } from './attempts.ts'
import {
  type AttemptReason,
  cancel,
  correct,
  type Decision,
  type Delivery,
  isKnown,
  type KnownDelivery,
  mayRead,
  promiseOf,
  request,
} from './delivery.ts'
import { allowLink, hasLink, riderKnowing, trackedOf } from './tracking.ts'

const orderId = 'the order'
const promise = { startsAt: '2026-11-22T12:00:00Z', endsAt: '2026-11-22T15:00:00Z', timeZone: 'Asia/Seoul' }
const decorated = { orderId, storeId: 'the store', ownerId: 'the owner', customerId: 'the customer' }
const promised = { ...decorated, promise }
const then = new Date('2026-11-22T09:30:00Z')
const later = new Date('2026-11-22T10:00:00Z')
const DAY_MS = 24 * 60 * 60_000
const afterDays = (days: number) => new Date(then.getTime() + days * DAY_MS)
const again = { startsAt: afterDays(1), endsAt: afterDays(1.25), timeZone: 'Asia/Seoul' }
const againOnWire = { ...again, startsAt: again.startsAt.toISOString(), endsAt: again.endsAt.toISOString() }
const proof = { note: 'with the neighbour' }
const told = { note: proof.note, phoneAt: null }
const one = { riderId: 'rider 1', attempt: 1 }
const two = { riderId: 'rider 2', attempt: 2 }

type State =
  | 'none'
  | 'tombstone'
  | 'REQUESTED'
  | 'DEPARTED'
  | 'ATTEMPTED'
  | 'REQUESTED(2)'
  | 'DEPARTED(2)'
  | 'ATTEMPTED(2)'
  | 'COMPLETED'
  | 'RETURNED'
  | 'CANCELLED'

/** The decided delivery; throws if there is none. */
function decided(decision: Decision | { type: string; message: string } | null): KnownDelivery {
  if (!decision || 'type' in decision || !isKnown(decision.delivery)) throw new Error('Nothing was decided.')
  return decision.delivery
}

const failedBy = (reason: AttemptReason) => decided(fail(inState('DEPARTED'), one, reason, told, then))

/** A delivery in this state; the attempts are of rider 1 and rider 2. */
function inState(state: Exclude<State, 'none' | 'tombstone'>): KnownDelivery {
  switch (state) {
    case 'REQUESTED':
      return decided(request(null, decorated))
    case 'DEPARTED':
      return decided(depart(inState('REQUESTED'), one, then, null))
    case 'ATTEMPTED':
      return failedBy('NOBODY_HOME')
    case 'REQUESTED(2)':
      return decided(requestAgain(inState('ATTEMPTED'), again))
    case 'DEPARTED(2)':
      return decided(depart(inState('REQUESTED(2)'), two, then, null))
    case 'ATTEMPTED(2)':
      return decided(fail(inState('DEPARTED(2)'), two, 'NO_ACCESS', told, then))
    case 'COMPLETED':
      return decided(complete(inState('DEPARTED'), one, proof, told, then))
    case 'RETURNED':
      return decided(bringBack(inState('ATTEMPTED'), one, then))
    case 'CANCELLED':
      return decided(cancel(inState('REQUESTED'), orderId))
  }
}

const tombstone = cancel(null, orderId)?.delivery ?? null
const at = (state: State): Delivery | null =>
  state === 'none' ? null : state === 'tombstone' ? tombstone : inState(state)
const STATES: State[] = [
  ...(['none', 'tombstone', 'REQUESTED', 'DEPARTED', 'ATTEMPTED', 'REQUESTED(2)'] as const),
  ...(['DEPARTED(2)', 'ATTEMPTED(2)', 'COMPLETED', 'RETURNED', 'CANCELLED'] as const),
]

/** Each command or fact, and how it is decided. */
const TRIGGERS: { [name: string]: (delivery: Delivery | null) => ReturnType<typeof depart> | Decision | null } = {
  Decorated: (delivery) => request(delivery, decorated),
  'RegistrationCancelled{true}': (delivery) => cancel(delivery, orderId),
  'RecipientCorrected{phone}': (delivery) => correct(delivery, true),
  ...onKnown('departForDelivery(1, rider 3)', (delivery) =>
    depart(delivery, { riderId: 'rider 3', attempt: 1 }, later, null),
  ),
  ...onKnown('departForDelivery(2, rider 3)', (delivery) =>
    depart(delivery, { riderId: 'rider 3', attempt: 2 }, later, null),
  ),
  ...onKnown('reportFailedAttempt(1)', (delivery) => fail(delivery, one, 'WRONG_ADDRESS', told, later)),
  ...onKnown('reportFailedAttempt(2)', (delivery) => fail(delivery, two, 'WRONG_ADDRESS', told, later)),
  ...onKnown('completeDelivery(1)', (delivery) => complete(delivery, one, proof, told, later)),
  ...onKnown('completeDelivery(2)', (delivery) => complete(delivery, two, proof, told, later)),
  ...onKnown('returnFlowers(1)', (delivery) => bringBack(delivery, one, later)),
  ...onKnown('returnFlowers(2)', (delivery) => bringBack(delivery, two, later)),
  ...onKnown('requestRedelivery', (delivery) => requestAgain(delivery, { ...again, endsAt: afterDays(1.5) })),
  ...onKnown('after 24 hours', (delivery) => endIfDue(delivery, afterDays(1))),
  ...onKnown('24 hours after its window', (delivery) => endIfDue(delivery, afterDays(2.25))),
}

function onKnown(name: string, decide: (delivery: KnownDelivery) => ReturnType<typeof depart> | Decision | null) {
  return { [name]: (delivery: Delivery | null) => (delivery && isKnown(delivery) ? decide(delivery) : null) }
}

/** docs/language.md, "delivery": state, command or fact, becomes, says; all others change nothing. */
const TABLE: [State[], string, string, string][] = [
  [['none'], 'Decorated', 'REQUESTED', 'DeliveryRequested'],
  [['none'], 'RegistrationCancelled{true}', 'tombstone', 'DeliveryCancelled'],
  [['tombstone'], 'Decorated', 'CANCELLED', '-'],
  [['REQUESTED'], 'RegistrationCancelled{true}', 'CANCELLED', 'DeliveryCancelled'],
  ...(['DEPARTED', 'ATTEMPTED', 'REQUESTED(2)', 'DEPARTED(2)', 'ATTEMPTED(2)', 'COMPLETED', 'RETURNED'] as const).map(
    (state): [State[], string, string, string] => [
      [state],
      'RegistrationCancelled{true}',
      state.replace('(2)', ''),
      'CancellationRefused',
    ],
  ),
  [['REQUESTED'], 'departForDelivery(1, rider 3)', 'DEPARTED', 'DepartedForDelivery'],
  [['REQUESTED(2)'], 'departForDelivery(2, rider 3)', 'DEPARTED', 'DepartedForDelivery'],
  [['DEPARTED'], 'reportFailedAttempt(1)', 'ATTEMPTED', 'DeliveryAttemptFailed'],
  [['DEPARTED(2)'], 'reportFailedAttempt(2)', 'ATTEMPTED', 'DeliveryAttemptFailed'],
  [['DEPARTED', 'ATTEMPTED', 'REQUESTED(2)'], 'completeDelivery(1)', 'COMPLETED', 'DeliveryCompleted'],
  [['DEPARTED(2)', 'ATTEMPTED(2)'], 'completeDelivery(2)', 'COMPLETED', 'DeliveryCompleted'],
  [['COMPLETED'], 'completeDelivery(1)', 'COMPLETED', '-'],
  [['ATTEMPTED'], 'returnFlowers(1)', 'RETURNED', 'FlowersReturned'],
  [['ATTEMPTED(2)'], 'returnFlowers(2)', 'RETURNED', 'FlowersReturned'],
  [['RETURNED'], 'returnFlowers(1)', 'RETURNED', '-'],
  [['ATTEMPTED'], 'requestRedelivery', 'REQUESTED', 'DeliveryRequested'],
  [['ATTEMPTED', 'ATTEMPTED(2)'], 'after 24 hours', 'RETURNED', 'FlowersReturned'],
  [['ATTEMPTED', 'ATTEMPTED(2)', 'REQUESTED(2)'], '24 hours after its window', 'RETURNED', 'FlowersReturned'],
]

/** A decision in the words of the table; `nothing` if nothing changes. */
function outcome(before: Delivery | null, decision: ReturnType<typeof depart> | Decision | null): string {
  if (!decision) return 'nothing'
  if ('type' in decision) return decision.type
  const { delivery, says } = decision
  const status = isKnown(delivery) ? delivery.status : 'tombstone'
  if (delivery === before && !says.length) return `${status}, -`
  return `${status}, ${says.map(({ type }) => type).join() || '-'}`
}

describe('a delivery', () => {
  for (const state of STATES) {
    it.each(Object.keys(TRIGGERS))(`${state}: %s`, (trigger) => {
      const before = at(state)
      const decision = TRIGGERS[trigger]?.(before) ?? null
      const row = TABLE.find(([states, on]) => states.includes(state) && on === trigger)
      const isCommand = /^[a-z]+[A-Z]/.test(trigger) && before !== null && isKnown(before)
      const isCorrected =
        trigger.startsWith('RecipientCorrected') && before !== null && isKnown(before) && before.status !== 'CANCELLED'
      const otherwise = isCommand ? 'WrongState' : isCorrected ? `${before?.status}, -` : 'nothing'
      expect(outcome(before, decision)).toBe(row ? `${row[2]}, ${row[3]}` : otherwise)
      if (decision && 'type' in decision)
        expect(decision).toMatchObject({
          status: before?.status,
          message: expect.stringContaining(`${before?.status}`),
        })
      if (!decision || 'type' in decision || !isKnown(decision.delivery)) return
      const isChanged = decision.delivery !== before
      expect(decision.delivery.revision).toBe((before?.revision ?? 0) + (isChanged ? 1 : 0))
      expect(decision.delivery.attempt).toBeGreaterThanOrEqual(before?.attempt ?? 1)
    })
  }

  it('says which attempt its facts are about; of the first it says none', () => {
    const saysOf = (decision: ReturnType<typeof depart>) => ('says' in decision ? decision.says : [])
    expect(saysOf(depart(inState('REQUESTED'), one, then, null))).toEqual([
      { type: 'DepartedForDelivery', data: { orderId, riderId: 'rider 1' } },
    ])
    expect(saysOf(depart(inState('REQUESTED(2)'), two, then, null))).toEqual([
      { type: 'DepartedForDelivery', data: { orderId, riderId: 'rider 2', attempt: 2 } },
    ])
    expect(saysOf(fail(inState('DEPARTED'), one, 'DAMAGED', told, then))).toEqual([
      { type: 'DeliveryAttemptFailed', data: { orderId, attempt: 1, reason: 'DAMAGED' } },
    ])
    expect(saysOf(requestAgain(inState('ATTEMPTED'), again))).toEqual([
      { type: 'DeliveryRequested', data: { orderId, attempt: 2, promise: againOnWire } },
    ])
  })

  it('keeps the promised window, and says it on; also if it was cancelled before', () => {
    const window = { startsAt: new Date(promise.startsAt), endsAt: new Date(promise.endsAt), timeZone: 'Asia/Seoul' }
    const requested = request(null, promised)
    expect(requested?.says).toEqual([{ type: 'DeliveryRequested', data: { orderId, promise } }])
    expect(requested && promiseOf(requested.delivery)).toEqual(window)
    const cancelled = request(tombstone, promised)
    expect(cancelled && promiseOf(cancelled.delivery)).toEqual(window)
    expect(promiseOf(inState('REQUESTED'))).toBeNull()
    expect(promiseOf(inState('REQUESTED(2)'))).toEqual(again)
  })

  it('departs no earlier than the setting allows before its window, which the answer names', () => {
    const earliestMs = 3 * 60 * 60_000
    const requested = decided(request(null, promised))
    const justBefore = new Date('2026-11-22T08:59:59.999Z')
    const early = depart(requested, one, justBefore, earliestMs)
    const message = 'This delivery cannot depart before 2026-11-22T09:00:00.000Z: it is REQUESTED.'
    expect(early).toEqual({ type: 'WrongState', status: 'REQUESTED', message })
    const gone = decided(depart(requested, one, new Date('2026-11-22T09:00:00Z'), earliestMs))
    expect(gone.status).toBe('DEPARTED')
    expect(depart(requested, one, justBefore, null)).toMatchObject({ delivery: { status: 'DEPARTED' } })
    expect(depart(inState('REQUESTED'), one, justBefore, earliestMs)).toMatchObject({
      delivery: { status: 'DEPARTED' },
    })
    // A repeated command is answered as before, also by a clock that was set back.
    expect(depart(gone, one, justBefore, earliestMs)).toEqual({ delivery: gone, says: [] })
  })

  it.each<[AttemptReason, boolean]>([
    ['NOBODY_HOME', true],
    ['WRONG_ADDRESS', true],
    ['NO_ACCESS', true],
    ['REFUSED', false],
    ['DAMAGED', false],
  ])('can be requested again after %s: %s', (reason, may) => {
    const decision = requestAgain(failedBy(reason), again)
    if (may) expect(decision).toMatchObject({ delivery: { status: 'REQUESTED', attempt: 2, riderId: null } })
    else expect(decision).toMatchObject({ type: 'WrongState', message: expect.stringContaining(reason) })
  })

  it('is over a day after the attempt failed, and a day after the second window: not a moment before', () => {
    const [failed, waiting] = [inState('ATTEMPTED'), inState('REQUESTED(2)')]
    const justBefore = (time: Date) => new Date(time.getTime() - 1)
    expect(endIfDue(failed, justBefore(afterDays(1)))).toBeNull()
    expect(endIfDue(waiting, justBefore(afterDays(2.25)))).toBeNull()
    expect(endIfDue(waiting, afterDays(2.25))?.delivery).toMatchObject({ status: 'RETURNED', dueAt: null })
  })
})

describe('a repeated command is answered as the first, whatever has happened since, and says nothing', () => {
  const SINCE: State[] = ['ATTEMPTED', 'REQUESTED(2)', 'DEPARTED(2)', 'ATTEMPTED(2)', 'RETURNED']
  it.each(SINCE)('in %s', (state) => {
    const delivery = inState(state as 'ATTEMPTED')
    for (const repeat of [
      depart(delivery, one, later, 0),
      fail(delivery, one, 'NOBODY_HOME', told, later),
      ...(delivery.attempt > 1 ? [requestAgain(delivery, again)] : []),
      ...(state === 'RETURNED' ? [bringBack(delivery, one, later)] : []),
    ])
      expect(repeat).toEqual({ delivery, says: [] })
  })

  it('also of a failure that was a success in the end, and the first proof stays', () => {
    const opened = decided(complete(inState('REQUESTED(2)'), one, proof, told, later))
    expect(opened).toMatchObject({ status: 'COMPLETED', riderId: 'rider 1', attempt: 2, departedAt: then, proof })
    expect(complete(opened, one, null, told, later)).toEqual({ delivery: opened, says: [] })
    expect(fail(opened, one, 'NOBODY_HOME', told, later)).toEqual({ delivery: opened, says: [] })
    expect(fail(opened, one, 'REFUSED', told, later)).toMatchObject({ type: 'WrongState' })
  })

  it('of a process of the release before, which kept no log, too', () => {
    const { attempts: _, ...departed } = inState('DEPARTED')
    const old = { ...departed, attempts: [] }
    expect(depart(old, one, later, null)).toEqual({ delivery: old, says: [] })
    const failed = decided(fail(old, one, 'NOBODY_HOME', told, later))
    expect(failed.attempts).toMatchObject([{ ...one, outcomes: [{ outcome: 'NOBODY_HOME' }] }])
    const completedByOld = { ...inState('DEPARTED'), status: 'COMPLETED' as const, completedAt: later, proof }
    expect(complete(completedByOld, one, null, told, later)).toEqual({ delivery: completedByOld, says: [] })
    expect(logOf(completedByOld)).toMatchObject([{ outcomes: [{ outcome: 'COMPLETED', note: proof.note }] }])
  })
})

describe('who may', () => {
  const PEOPLE = ['the customer', 'the owner', 'rider 1', 'rider 2', 'rider 3']
  const readers = (state: Exclude<State, 'none' | 'tombstone'>, isRider: boolean) =>
    PEOPLE.filter((id) => mayRead(inState(state), { id, isRider: isRider && id.startsWith('rider') }))

  it('read it: those whom it concerns, every rider while it waits, then the rider of the present attempt', () => {
    expect(readers('REQUESTED', false)).toEqual(['the customer', 'the owner'])
    for (const state of ['REQUESTED', 'REQUESTED(2)'] as const) expect(readers(state, true)).toEqual(PEOPLE)
    for (const state of ['DEPARTED', 'ATTEMPTED', 'COMPLETED', 'RETURNED'] as const)
      expect(readers(state, true)).toEqual(['the customer', 'the owner', 'rider 1'])
    for (const state of ['DEPARTED(2)', 'ATTEMPTED(2)'] as const)
      expect(readers(state, true)).toEqual(['the customer', 'the owner', 'rider 2'])
    expect(tombstone && mayRead(tombstone, { id: 'a rider', isRider: true })).toBe(false)
  })

  it('command it: riders of its attempts; any rider while it waits, and before anybody departed', () => {
    const riders = (state: Exclude<State, 'none' | 'tombstone'>) =>
      PEOPLE.filter((id) => mayRide(inState(state), { id, isRider: id.startsWith('rider') }))
    expect(riders('DEPARTED')).toEqual(['rider 1'])
    expect(riders('DEPARTED(2)')).toEqual(['rider 1', 'rider 2'])
    for (const state of ['REQUESTED', 'REQUESTED(2)', 'CANCELLED'] as const)
      expect(riders(state)).toEqual(['rider 1', 'rider 2', 'rider 3'])
  })

  it('read where it goes: the rider of the present attempt, from departure until a day after the end', () => {
    const knowing = (state: Exclude<State, 'none' | 'tombstone'>, now = later) => riderKnowing(inState(state), now)
    expect(knowing('REQUESTED')).toBeNull()
    expect([knowing('DEPARTED'), knowing('ATTEMPTED')]).toEqual(['rider 1', 'rider 1'])
    expect([knowing('REQUESTED(2)'), knowing('DEPARTED(2)')]).toEqual([null, 'rider 2'])
    for (const state of ['COMPLETED', 'RETURNED'] as const) {
      expect(knowing(state, new Date(afterDays(1).getTime() - 1))).toBe('rider 1')
      expect(knowing(state, afterDays(1))).toBeNull()
    }
  })
})

describe('the recipient’s link', () => {
  it('shows how far it is, from the first departure until a day after the end', () => {
    const shown = (state: Exclude<State, 'none' | 'tombstone'>, now = later) =>
      trackedOf(inState(state), now)?.status ?? null
    expect(shown('REQUESTED')).toBeNull()
    expect([shown('DEPARTED'), shown('DEPARTED(2)')]).toEqual(['ON_ITS_WAY', 'ON_ITS_WAY'])
    expect([shown('ATTEMPTED'), shown('REQUESTED(2)'), shown('RETURNED')]).toEqual(['TRIED', 'TRIED', 'TRIED'])
    expect([shown('COMPLETED'), shown('COMPLETED', afterDays(1)), shown('CANCELLED')]).toEqual(['ARRIVED', null, null])
    expect(trackedOf(inState('REQUESTED(2)'), later)).toMatchObject({ orderId, storeId: 'the store', promise: again })
  })

  it('is another one after it was forbidden, and after the phone number was corrected; not after anything else', () => {
    const departed = inState('DEPARTED')
    const forbidden = allowLink(departed, false)
    if (!forbidden) throw new Error('It was allowed.')
    expect([hasLink(forbidden, later), allowLink(forbidden, false), allowLink(departed, true)]).toEqual([
      false,
      null,
      null,
    ])
    expect(allowLink(forbidden, true)).toMatchObject({ linkForbidden: false, linkSerial: departed.linkSerial + 1 })
    const serialAfter = (phoneChanged: boolean) => correct(departed, phoneChanged)?.delivery.linkSerial
    expect([serialAfter(true), serialAfter(false)]).toEqual([departed.linkSerial + 1, departed.linkSerial])
  })
})
