import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { newId } from '../../../chassis/ids.ts'
import type { ShownAt } from '../../../proofs/testing/context-in-memory.ts'
import type { Said } from '../../../schema/events/facts.ts'
import { photoIdOf } from '../../../schema/photos/photo-id.ts'
import type { Ports } from '../application/ports.ts'
import { type DeliveryContext, wire } from '../wire.ts'
import { atTheDoor } from './at-the-door.ts'
import { decorated, parties, promiseAt, registrationCancelled } from './facts.ts'

/** A delivery context under test, with the facts that it said about an order, and its live states. */
export type Subject = {
  delivery: DeliveryContext
  clock: Clock
  said(orderId: string): Promise<Said[]>
  shown(): Promise<ShownAt[]>
  close(): Promise<void>
}

/** The key of PROOF photos in these tests. */
const PHOTO_KEY = 'the key of PROOF photos in these tests'

/** The context's clock, which a test can put forward. */
export type Clock = { now(): Date; pass(ms: number): void }

/** The delivery context on what keeps its rows, with a clock that can be put forward. */
export function deliveryOn(ports: Omit<Ports, 'settings'>): { delivery: DeliveryContext; clock: Clock } {
  let passed = 0
  const clock = {
    now: () => new Date(Date.now() + passed),
    pass: (ms: number) => {
      passed += ms
    },
  }
  const settings = {
    departEarliestMs: 3 * 60 * 60_000,
    returnAfterWorkingMs: 0,
    linkSecret: 'a secret of at least 32 characters',
    photoKeys: [PHOTO_KEY],
  }
  return { clock, delivery: wire({ ...ports, now: clock.now, settings }) }
}

const rider = newId()
const other = newId()

/** The behaviour of the delivery context, with any adapter of its tables. */
export function deliveryBehaviour(make: () => Promise<Subject>): void {
  let subject: Subject
  let delivery: DeliveryContext
  let said: Subject['said']
  let shown: Subject['shown']
  let close: Subject['close'] | undefined

  const requested = async () => {
    const orderId = newId()
    await delivery.hear(decorated(orderId))
    return orderId
  }
  const saidOf = async (orderId: string) => (await said(orderId)).map(({ type }) => type)
  /** What riders were shown of it, and who: `open: 1 REQUESTED open`. */
  const shownOf = async (orderId: string) =>
    (await shown())
      .filter(({ subject }) => subject.endsWith(`.${orderId}`))
      .map(({ subject, revision, open, state }) => {
        const { status } = state.delivery as { status: string }
        return `${subject.split('.')[2]}: ${revision} ${status} ${open ? 'open' : 'closed'}`
      })
  const depart = (deliveryId: string, by = rider) =>
    delivery.commands.departForDelivery({ id: by, isRider: true }, { deliveryId })
  const complete = (deliveryId: string, proof: unknown = undefined, by = rider, isRider = true) =>
    delivery.commands.completeDelivery({ id: by, isRider }, { deliveryId, proof })
  const notFound = { type: 'NotFound', message: expect.any(String) }

  beforeAll(async () => {
    subject = await make()
    ;({ delivery, said, shown, close } = subject)
  })
  afterAll(() => close?.())

  describe('a rider', () => {
    it('departs and completes; the proof is in no fact', async () => {
      const orderId = await requested()
      expect(await depart(orderId)).toMatchObject({
        type: 'DeliveryPayload',
        delivery: { status: 'DEPARTED', riderId: rider, departedAt: expect.any(Date), completedAt: null },
      })
      const proof = { note: ' at the door ' }
      expect(await complete(orderId, proof)).toMatchObject({
        delivery: {
          status: 'COMPLETED',
          completedAt: expect.any(Date),
          proof: { note: 'at the door' },
        },
      })
      expect(await said(orderId)).toEqual([
        expect.objectContaining({ type: 'DeliveryRequested', data: { orderId } }),
        expect.objectContaining({ type: 'DepartedForDelivery', data: { orderId, riderId: rider } }),
        expect.objectContaining({ type: 'DeliveryCompleted', data: { orderId } }),
      ])
      expect(await shownOf(orderId)).toEqual([
        'open: 1 REQUESTED open',
        `${rider}: 2 DEPARTED open`,
        'open: 2 DEPARTED closed',
        `${rider}: 3 COMPLETED closed`,
      ])
    })

    it('is shown to other riders as departed, without its rider; proof and customer are in no live state', async () => {
      const orderId = await requested()
      await depart(orderId)
      await complete(orderId, { note: 'at the door' })
      const all = (await shown()).filter(({ subject }) => subject.endsWith(`.${orderId}`))
      const toAll = all.filter(({ subject }) => subject === `live.delivery.open.${orderId}`)
      expect(toAll.map(({ state }) => state.delivery)).toMatchObject([
        { rider: null, departedAt: null },
        { rider: null, departedAt: expect.any(String) },
      ])
      // Only where it is told more fully is said: that is for routers, and no state.
      expect(JSON.stringify(toAll.map(({ state }) => state))).not.toContain(rider)
      for (const secret of ['at the door', ...Object.values(parties)]) expect(JSON.stringify(all)).not.toContain(secret)
    })

    it('departs at most three hours before the promised window, and is told from when', async () => {
      const early = newId()
      const promise = promiseAt(new Date(Date.now() + 4 * 60 * 60_000))
      await delivery.hear(decorated(early, parties, promise))
      const from = new Date(Date.parse(promise.startsAt) - 3 * 60 * 60_000).toISOString()
      expect(await depart(early)).toEqual({
        type: 'WrongState',
        status: 'REQUESTED',
        message: `This delivery cannot depart before ${from}: it is REQUESTED.`,
      })
      expect(await said(early)).toEqual([
        expect.objectContaining({ type: 'DeliveryRequested', data: { orderId: early, promise } }),
      ])
      const soon = newId()
      await delivery.hear(decorated(soon, parties, promiseAt(new Date(Date.now() + 2 * 60 * 60_000))))
      expect(await depart(soon)).toMatchObject({ delivery: { status: 'DEPARTED' } })
    })

    it('answers a repeated command like the first, and says no further facts', async () => {
      const orderId = await requested()
      expect(await depart(orderId)).toEqual(await depart(orderId))
      const proof = { note: 'at the door' }
      expect(await complete(orderId, proof)).toEqual(await complete(orderId, { note: 'somewhere else' }))
      expect(await complete(orderId)).toMatchObject({ delivery: { proof } })
      expect(await saidOf(orderId)).toEqual(['DeliveryRequested', 'DepartedForDelivery', 'DeliveryCompleted'])
      expect(await depart(orderId)).toMatchObject({ type: 'DeliveryPayload', delivery: { status: 'COMPLETED' } })
      expect(await depart(orderId, other)).toEqual(notFound)
      expect(await shownOf(orderId)).toHaveLength(4)
    })

    it('a second rider gets WrongState with DEPARTED, and can’t complete it', async () => {
      const orderId = await requested()
      await depart(orderId)
      expect(await depart(orderId, other)).toMatchObject({ type: 'WrongState', status: 'DEPARTED' })
      expect(await complete(orderId, undefined, other)).toEqual(notFound)
      await complete(orderId)
      expect(await complete(orderId, undefined, other)).toEqual(notFound)
    })

    it('can’t be completed before departure; for callers who are not riders it does not exist', async () => {
      const orderId = await requested()
      expect(await complete(orderId)).toMatchObject({ type: 'WrongState', status: 'REQUESTED' })
      expect(await complete(orderId, undefined, parties.customerId, false)).toEqual(notFound)
    })

    it('answers NotFound for a delivery that does not exist', async () => {
      for (const id of [newId(), 'not an id']) {
        expect(await depart(id)).toEqual(notFound)
        expect(await complete(id)).toEqual(notFound)
      }
    })

    it('a command after the cancellation gets WrongState with CANCELLED', async () => {
      const orderId = await requested()
      await delivery.hear(registrationCancelled(orderId))
      expect(await depart(orderId)).toMatchObject({ type: 'WrongState', status: 'CANCELLED' })
      expect(await complete(orderId)).toMatchObject({ type: 'WrongState', status: 'CANCELLED' })
      expect(await saidOf(orderId)).toEqual(['DeliveryRequested', 'DeliveryCancelled'])
      expect(await shownOf(orderId)).toEqual(['open: 1 REQUESTED open', 'open: 2 CANCELLED closed'])
    })

    it.each([
      [{ note: 'x'.repeat(501) }, 'note', 'TOO_LONG'],
      [{ note: 'at the\0door' }, 'note', 'INVALID_CHARACTERS'],
      [{ note: 'half a \ud83c' }, 'note', 'INVALID_CHARACTERS'],
    ])('can’t leave too much, or the unreadable, as proof (%#)', async (proof, field, code) => {
      const orderId = await requested()
      await depart(orderId)
      const problems = [{ path: ['proof', field], code, message: expect.any(String) }]
      expect(await complete(orderId, proof)).toMatchObject({ type: 'InvalidInput', problems })
      expect(await complete(orderId, { note: 'x'.repeat(500) })).toMatchObject({
        type: 'DeliveryPayload',
      })
    })

    it('proves it by a photo of their own and of this delivery, and by each photo once', async () => {
      const [orderId, another] = [await requested(), await requested()]
      const photoId = (subject = orderId, uploader = rider, purpose: 'PROOF' | 'READY' = 'PROOF') =>
        photoIdOf(PHOTO_KEY, { photo: newId(), purpose, subject, uploader })
      await depart(orderId)
      const report = (id: string) => {
        const failed = { deliveryId: orderId, attempt: 1, reason: 'NOBODY_HOME', photoId: id }
        return delivery.commands.reportFailedAttempt({ id: rider, isRider: true }, failed)
      }
      for (const wrong of [photoId(another), photoId(orderId, other), photoId(orderId, rider, 'READY'), 'no id'])
        expect(await report(wrong)).toMatchObject({ type: 'InvalidInput', problems: [{ path: ['photoId'] }] })
      const shown = photoId()
      expect(await report(shown)).toMatchObject({ delivery: { status: 'ATTEMPTED' } })
      expect(await report(shown)).toMatchObject({ delivery: { status: 'ATTEMPTED' } })
      const done = (id: string) =>
        delivery.commands.completeDelivery({ id: rider, isRider: true }, { deliveryId: orderId, photoId: id })
      expect(await done(shown)).toMatchObject({ type: 'InvalidInput', problems: [{ path: ['photoId'] }] })
      expect(await done(photoId())).toMatchObject({ delivery: { status: 'COMPLETED' } })
      expect(JSON.stringify(await said(orderId))).not.toMatch(/photo/)
      const states = (await subject.shown()).flatMap(({ state }) => {
        const { id, attempts } = state.delivery as { id: string; attempts: { photo: unknown }[] }
        return id === orderId ? attempts : []
      })
      expect(states.map(({ photo }) => photo)).toEqual(states.map(() => null))
      expect(states.length).toBeGreaterThan(2)
    })

    it.each([undefined, null, {}, { note: ' ' }])('need not leave proof (%#)', async (proof) => {
      const orderId = await requested()
      await depart(orderId)
      expect(await complete(orderId, proof)).toMatchObject({ delivery: { status: 'COMPLETED', proof: null } })
    })
  })

  describe('facts', () => {
    it('heard twice have their effect once', async () => {
      const orderId = newId()
      for (const fact of [decorated(orderId), registrationCancelled(orderId)]) {
        await delivery.hear(fact)
        await delivery.hear(fact)
      }
      expect(await saidOf(orderId)).toEqual(['DeliveryRequested', 'DeliveryCancelled'])
    })

    it('of a cancellation after departure are refused, as often as they come', async () => {
      const orderId = await requested()
      await depart(orderId)
      await delivery.hear(registrationCancelled(orderId))
      await complete(orderId)
      await delivery.hear(registrationCancelled(orderId))
      expect((await saidOf(orderId)).slice(1)).toEqual([
        'DepartedForDelivery',
        'CancellationRefused',
        'DeliveryCompleted',
        'CancellationRefused',
      ])
      expect(await shownOf(orderId)).toHaveLength(4) // A refusal changes nothing.
    })

    it('of a cancellation before Decorated leave a tombstone, which Decorated only fills in', async () => {
      const orderId = newId()
      await delivery.hear(registrationCancelled(orderId))
      expect(await depart(orderId)).toEqual(notFound)
      await delivery.hear(decorated(orderId))
      expect(await depart(orderId)).toMatchObject({ type: 'WrongState', status: 'CANCELLED' })
      expect(await saidOf(orderId)).toEqual(['DeliveryCancelled'])
      expect(await shownOf(orderId)).toEqual([])
    })

    it('of a cancellation before decoration are none of delivery’s business', async () => {
      const orderId = newId()
      await delivery.hear(registrationCancelled(orderId, false))
      expect(await depart(orderId)).toEqual(notFound)
      await delivery.hear(decorated(orderId))
      await delivery.hear(registrationCancelled(orderId, false))
      expect(await depart(orderId)).toMatchObject({ type: 'DeliveryPayload' })
    })
  })

  describe('of a race', () => {
    const RACES = 10

    it('between two riders one wins', async () => {
      for (let race = 0; race < RACES; race++) {
        const orderId = await requested()
        const answers = await Promise.all([depart(orderId, rider), depart(orderId, other)])
        const [winner] = answers.filter((answer) => answer.type === 'DeliveryPayload')
        const losers = answers.filter((answer) => answer !== winner)
        expect(losers).toEqual([{ type: 'WrongState', status: 'DEPARTED', message: expect.any(String) }])
        const riderId = winner?.type === 'DeliveryPayload' ? winner.delivery.riderId : null
        const departed = { type: 'DepartedForDelivery', data: { orderId, riderId } }
        expect((await said(orderId)).slice(1)).toEqual([expect.objectContaining(departed)])
      }
    })

    it('either departing or cancelling wins, and both sides agree', async () => {
      for (let race = 0; race < RACES; race++) {
        const orderId = await requested()
        const cancel = () => delivery.hear(registrationCancelled(orderId))
        const ahead = race % 2 ? cancel() : undefined
        const [departed] = await Promise.all([depart(orderId), ahead ?? cancel()])
        const won = (await saidOf(orderId)).slice(1)
        if (departed.type === 'DeliveryPayload') expect(won).toEqual(['DepartedForDelivery', 'CancellationRefused'])
        else {
          expect(departed).toMatchObject({ type: 'WrongState', status: 'CANCELLED' })
          expect(won).toEqual(['DeliveryCancelled'])
        }
      }
    })

    it('between Decorated and its cancellation nothing waits for a rider', async () => {
      for (let race = 0; race < RACES; race++) {
        const orderId = newId()
        const facts = [decorated(orderId), registrationCancelled(orderId)]
        await Promise.all((race % 2 ? facts : facts.reverse()).map(delivery.hear))
        expect(await depart(orderId)).toMatchObject({ type: 'WrongState', status: 'CANCELLED' })
        expect((await saidOf(orderId)).filter((type) => type !== 'DeliveryRequested')).toEqual(['DeliveryCancelled'])
      }
    })
  })

  // Last, since it puts the clock forward.
  atTheDoor(() => subject)
}
