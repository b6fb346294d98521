import { describe, expect, it } from '@jest/globals'
import {
  cancel,
  complete,
  type Decision,
  type Delivery,
  depart,
  isKnown,
  mayComplete,
  mayRead,
  promiseOf,
  request,
} from './delivery.ts'

const orderId = 'the order'
const promise = { startsAt: '2026-11-22T12:00:00Z', endsAt: '2026-11-22T15:00:00Z', timeZone: 'Asia/Seoul' }
const decorated = { orderId, storeId: 'the store', ownerId: 'the owner', customerId: 'the customer' }
const promised = { ...decorated, promise }
const then = new Date('2026-11-22T09:30:00Z')
const later = new Date('2026-11-22T10:00:00Z')
const proof = { note: 'with the neighbour', photoUrl: null }

type State = Delivery['status'] | 'none' | 'tombstone'
const STATES: State[] = ['none', 'tombstone', 'REQUESTED', 'DEPARTED', 'COMPLETED', 'CANCELLED']

/** docs/language.md, "delivery": state, command or fact, becomes, says. */
const TABLE: [State[], string, State, string][] = [
  [['none'], 'Decorated', 'REQUESTED', 'DeliveryRequested'],
  [['none'], 'RegistrationCancelled{true}', 'tombstone', 'DeliveryCancelled'],
  [['tombstone'], 'Decorated', 'CANCELLED', '-'],
  [['REQUESTED'], 'RegistrationCancelled{true}', 'CANCELLED', 'DeliveryCancelled'],
  [['DEPARTED'], 'RegistrationCancelled{true}', 'DEPARTED', 'CancellationRefused'],
  [['COMPLETED'], 'RegistrationCancelled{true}', 'COMPLETED', 'CancellationRefused'],
  [['REQUESTED'], 'departForDelivery', 'DEPARTED', 'DepartedForDelivery'],
  [['DEPARTED'], 'completeDelivery', 'COMPLETED', 'DeliveryCompleted'],
]

const inState = (state: State): Delivery | null => {
  const { orderId: id, ...whose } = decorated
  const noWindow = { windowStartsAt: null, windowEndsAt: null, timeZone: null }
  const parties = { ...whose, ...noWindow }
  const untouched = { riderId: null, departedAt: null, completedAt: null, proof: null }
  const departed = { ...untouched, riderId: 'the rider', departedAt: then, revision: 2 }
  switch (state) {
    case 'none':
      return null
    case 'tombstone':
      return {
        id,
        status: 'CANCELLED',
        storeId: null,
        ownerId: null,
        customerId: null,
        ...noWindow,
        ...untouched,
        revision: 0,
      }
    case 'REQUESTED':
    case 'CANCELLED':
      return { id, status: state, ...parties, ...untouched, revision: 1 }
    case 'DEPARTED':
      return { id, status: state, ...parties, ...departed }
    case 'COMPLETED':
      return { id, status: state, ...parties, ...departed, completedAt: then, proof, revision: 3 }
  }
}

/** A decision in the words of the table; `ignored` if nothing changes. */
const outcome = (decision: Decision | null): [State, string] | 'ignored' => {
  if (!decision) return 'ignored'
  const { delivery, says } = decision
  return [isKnown(delivery) ? delivery.status : 'tombstone', says.map(({ type }) => type).join() || '-']
}

const expected = (state: State, on: string): [State, string] | undefined => {
  const row = TABLE.find(([states, trigger]) => states.includes(state) && trigger === on)
  return row && [row[2], row[3]]
}

describe('a delivery', () => {
  for (const state of STATES) {
    it(`${state}: Decorated`, () => {
      const decision = request(inState(state), decorated)
      expect(outcome(decision)).toEqual(expected(state, 'Decorated') ?? 'ignored')
      if (decision) expect(decision.delivery).toMatchObject({ id: orderId, customerId: 'the customer', riderId: null })
    })

    it(`${state}: RegistrationCancelled{true}`, () => {
      const decision = cancel(inState(state), orderId)
      expect(outcome(decision)).toEqual(expected(state, 'RegistrationCancelled{true}') ?? 'ignored')
    })

    const delivery = inState(state)
    if (!delivery || !isKnown(delivery)) continue
    it(`${state}: departForDelivery by another rider`, () => {
      const decision = depart(delivery, 'another rider', later, null)
      const row = expected(state, 'departForDelivery')
      if ('type' in decision) {
        expect(row).toBeUndefined()
        expect(decision).toEqual({ type: 'WrongState', status: state, message: expect.stringContaining(state) })
      } else {
        expect(outcome(decision)).toEqual(row)
        expect(decision.delivery).toMatchObject({ riderId: 'another rider', departedAt: later })
        expect(decision.says[0]?.data).toEqual({ orderId, riderId: 'another rider' })
      }
    })

    it(`${state}: completeDelivery`, () => {
      const decision = complete(delivery, later, proof)
      const row = expected(state, 'completeDelivery')
      if (state === 'COMPLETED') expect(decision).toEqual({ delivery, says: [] })
      else if ('type' in decision) {
        expect(row).toBeUndefined()
        expect(decision).toEqual({ type: 'WrongState', status: state, message: expect.stringContaining(state) })
      } else {
        expect(outcome(decision)).toEqual(row)
        expect(decision.delivery).toMatchObject({ completedAt: later, proof })
        expect(decision.says[0]?.data).toEqual({ orderId })
      }
    })

    it(`${state}: may be read by those whom it concerns`, () => {
      const readers = ['the customer', 'the owner', 'the rider', 'somebody'].filter((id) =>
        mayRead(delivery, { id, isRider: false }),
      )
      const hasRider = state === 'DEPARTED' || state === 'COMPLETED'
      expect(readers).toEqual(['the customer', 'the owner', ...(hasRider ? ['the rider'] : [])])
      expect(mayRead(delivery, { id: 'another rider', isRider: true })).toBe(state === 'REQUESTED')
    })
  }

  it('grows its revision by one with each change, and with nothing else', () => {
    for (const state of STATES) {
      const delivery = inState(state)
      const heard = [request(delivery, decorated), cancel(delivery, orderId)]
      const ridden =
        delivery && isKnown(delivery)
          ? [depart(delivery, 'a rider', later, null), complete(delivery, later, proof)]
          : []
      for (const decision of [...heard, ...ridden]) {
        if (!decision || 'type' in decision || !isKnown(decision.delivery)) continue
        const isChanged = decision.delivery !== delivery
        expect(decision.delivery.revision).toBe((delivery?.revision ?? 0) + (isChanged ? 1 : 0))
      }
    }
  })

  it('answers a repeated command of the rider who departed as before, and says no further facts', () => {
    const departed = inState('DEPARTED')
    if (!departed || !isKnown(departed)) throw new Error('It has departed.')
    expect(depart(departed, 'the rider', later, null)).toEqual({ delivery: departed, says: [] })
  })

  it('keeps the promised window, and says it on; also if it was cancelled before', () => {
    const window = { startsAt: new Date(promise.startsAt), endsAt: new Date(promise.endsAt), timeZone: 'Asia/Seoul' }
    const requested = request(null, promised)
    expect(requested?.says).toEqual([{ type: 'DeliveryRequested', data: { orderId, promise } }])
    expect(requested && promiseOf(requested.delivery)).toEqual(window)
    const cancelled = request(inState('tombstone'), promised)
    expect(cancelled && promiseOf(cancelled.delivery)).toEqual(window)
    const without = request(null, decorated)
    expect(without?.says).toEqual([{ type: 'DeliveryRequested', data: { orderId } }])
    expect(without && promiseOf(without.delivery)).toBeNull()
  })

  it('departs no earlier than the setting allows before its window, which the answer names', () => {
    const earliestMs = 3 * 60 * 60_000
    const requested = request(null, promised)?.delivery
    if (!requested || !isKnown(requested)) throw new Error('It is requested.')
    const justBefore = new Date('2026-11-22T08:59:59.999Z')
    const early = depart(requested, 'a rider', justBefore, earliestMs)
    const message = 'This delivery cannot depart before 2026-11-22T09:00:00.000Z: it is REQUESTED.'
    expect(early).toEqual({ type: 'WrongState', status: 'REQUESTED', message })
    const inTime = depart(requested, 'a rider', new Date('2026-11-22T09:00:00Z'), earliestMs)
    expect(inTime).toMatchObject({ delivery: { status: 'DEPARTED' } })
    expect(depart(requested, 'a rider', justBefore, null)).toMatchObject({ delivery: { status: 'DEPARTED' } })
    const [without, gone] = [inState('REQUESTED'), 'delivery' in inTime ? inTime.delivery : null]
    if (!without || !isKnown(without) || !gone) throw new Error('Both are known.')
    expect(depart(without, 'a rider', justBefore, earliestMs)).toMatchObject({ delivery: { status: 'DEPARTED' } })
    // A repeated command is answered as before, also by a clock that was set back.
    expect(depart(gone, 'a rider', justBefore, earliestMs)).toEqual({ delivery: gone, says: [] })
  })

  it('can be completed only by the rider who departed; before departure only riders get WrongState', () => {
    const may = (state: State, id: string, isRider: boolean) => {
      const delivery = inState(state)
      return delivery && isKnown(delivery) && mayComplete(delivery, { id, isRider })
    }
    expect([may('DEPARTED', 'the rider', true), may('COMPLETED', 'the rider', true)]).toEqual([true, true])
    expect([may('DEPARTED', 'another rider', true), may('COMPLETED', 'the customer', false)]).toEqual([false, false])
    expect([may('REQUESTED', 'a rider', true), may('REQUESTED', 'the customer', false)]).toEqual([true, false])
  })

  it('is readable by nobody while it is a tombstone', () => {
    const tombstone = inState('tombstone')
    expect(tombstone && mayRead(tombstone, { id: 'a rider', isRider: true })).toBe(false)
  })
})
