import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { newId } from '../../../chassis/ids.ts'
import type { StoreContext } from '../wire.ts'
import { cancellationRequested, stockReserved } from './facts.ts'
import type { Subject } from './subject.ts'

const kj = newId()
const customerId = newId()
const MINUTE = 60_000
/** A Thursday, 10:00 in Seoul. */
const THURSDAY = new Date('2026-05-07T01:00:00Z')
const later = (minutes: number) => new Date(THURSDAY.getTime() + minutes * MINUTE)

/** What becomes of orders that nobody accepts, with any adapter of the tables. */
export function acceptingBehaviour(make: () => Promise<Subject>): void {
  let subject: Subject
  let store: StoreContext
  let storeId: string

  const register = async (name: string) => {
    const result = await store.commands.registerStore(kj, { idempotencyKey: name, name })
    if (result.type !== 'StorePayload') throw new Error(result.message)
    return result.store.id
  }
  /** Open from Monday to Friday, 09:00 to 18:00, but not on the 8th of May. */
  const setCalendar = async (storeId: string, closedDays = ['2026-05-08']) => {
    const weekdays = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY']
    const windows = ['09:00', '12:00', '15:00'].map((start, at) => ({ start, end: `${12 + 3 * at}:00`, weekdays }))
    await store.commands.setDeliveryCalendar(kj, { storeId, timeZone: 'Asia/Seoul', windows, closedDays })
  }
  const promiseAt = (startsAt: string) => {
    const endsAt = new Date(Date.parse(startsAt) + 180 * MINUTE).toISOString()
    return { startsAt, endsAt, timeZone: 'Asia/Seoul' }
  }
  /** An order that is opened now, promised for the 20th of May unless `promise` says otherwise. */
  const newOrder = async (
    promise: { startsAt: string } | null = { startsAt: '2026-05-20T00:00:00Z' },
    of = storeId,
  ) => {
    const orderId = newId()
    const promised = promise && { promise: promiseAt(promise.startsAt) }
    await store.hear(stockReserved({ orderId, storeId: of, customerId, ...promised }))
    return orderId
  }
  const shownOf = async (orderId: string) =>
    (await subject.shown())
      .filter(({ subject }) => subject.endsWith(orderId))
      .map(
        ({ state }) => state.storeOrder as { status: string; acceptBy: string | null; rejectionCause: string | null },
      )
  const acceptByOf = async (orderId: string) => (await shownOf(orderId)).at(-1)?.acceptBy ?? null
  const saidOf = async (orderId: string) =>
    (await subject.said(orderId)).map(({ type, data }) => ('reason' in data ? `${type}{${data.reason}}` : type))
  /** A process that rejects at once, for what is not about its start. */
  const impatient = () => subject.start({ rejectAfterStartMs: 0 })
  const receive = (orderId: string) => store.commands.receiveOrder(kj, { orderId })

  beforeAll(async () => {
    subject = await make()
    store = subject.store
    subject.setTime(THURSDAY)
    storeId = await register('KJSHOP')
    await setCalendar(storeId)
  })
  afterAll(() => subject?.close())

  describe('an order must be accepted', () => {
    it.each([
      ['until its window starts, today', '2026-05-07T06:00:00Z', '2026-05-07T06:00:00.000Z'],
      ['until its window starts on the next open day', '2026-05-11T03:00:00Z', '2026-05-11T03:00:00.000Z'],
      ['until the next open day ends, for a later one', '2026-05-20T00:00:00Z', '2026-05-11T09:00:00.000Z'],
      [
        'until the next open day ends, where its calendar has lost the window',
        '2026-05-11T11:00:00Z',
        '2026-05-11T09:00:00.000Z',
      ],
      ['within half an hour at least', '2026-05-07T01:10:00Z', '2026-05-07T01:30:00.000Z'],
    ])('%s', async (_, startsAt, acceptBy) => {
      subject.setTime(THURSDAY)
      expect(await acceptByOf(await newOrder({ startsAt }))).toBe(acceptBy)
    })

    it('by the day that it is in the store, not elsewhere', async () => {
      subject.setTime(new Date('2026-05-10T14:59:00Z')) // a Sunday, a minute before midnight
      expect(await acceptByOf(await newOrder())).toBe('2026-05-11T09:00:00.000Z')
      subject.setTime(new Date('2026-05-10T15:00:00Z')) // Monday
      expect(await acceptByOf(await newOrder())).toBe('2026-05-12T09:00:00.000Z')
    })

    it('without any limit if the order has no promise, as those of the release before, or the store no calendar', async () => {
      subject.setTime(THURSDAY)
      const orders = [await newOrder(null), await newOrder(undefined, await register('without a calendar'))]
      subject.setTime(later(60 * 24 * 90))
      await impatient().rejectUnacceptedOrders()
      for (const orderId of orders) {
        expect(await acceptByOf(orderId)).toBeNull()
        expect(await saidOf(orderId)).toEqual([])
        expect(await receive(orderId)).toMatchObject({ type: 'StoreOrderPayload' })
      }
    })

    it('as it was opened, whatever becomes of the calendar', async () => {
      subject.setTime(THURSDAY)
      const of = await register('of a changing calendar')
      await setCalendar(of)
      const orderId = await newOrder(undefined, of)
      await setCalendar(of, [])
      expect(await acceptByOf(orderId)).toBe('2026-05-11T09:00:00.000Z')
      expect(await acceptByOf(await newOrder(undefined, of))).toBe('2026-05-08T09:00:00.000Z')
    })
  })

  describe('an order that nobody accepts in time', () => {
    const dueSoon = () => newOrder({ startsAt: later(10).toISOString() })

    it('is rejected for no reason of a florist, once', async () => {
      subject.setTime(THURSDAY)
      const orderId = await dueSoon()
      const process = impatient()
      subject.setTime(later(29))
      await process.rejectUnacceptedOrders()
      expect(await saidOf(orderId)).toEqual([])
      subject.setTime(later(30))
      await process.rejectUnacceptedOrders()
      await process.rejectUnacceptedOrders()
      expect(await saidOf(orderId)).toEqual(['Rejected{NOT_ACCEPTED}'])
      expect((await shownOf(orderId)).at(-1)).toMatchObject({
        status: 'REJECTED',
        rejectionCause: 'NOT_ACCEPTED',
        rejectionReason: null,
        acceptBy: null,
      })
      expect(await receive(orderId)).toMatchObject({ type: 'WrongState', status: 'REJECTED' })
      const rejected = await store.commands.rejectOrder(kj, { orderId, reason: 'too late' })
      expect(rejected).toMatchObject({ type: 'WrongState', status: 'REJECTED' })
    })

    it('but was accepted, rejected or cancelled, is left alone', async () => {
      subject.setTime(THURSDAY)
      const [received, rejected, cancelled] = [await dueSoon(), await dueSoon(), await dueSoon()]
      await receive(received)
      await store.commands.rejectOrder(kj, { orderId: rejected, reason: 'no roses' })
      await store.hear(cancellationRequested(cancelled))
      subject.setTime(later(60))
      await impatient().rejectUnacceptedOrders()
      expect(await saidOf(received)).toEqual(['Received'])
      expect(await saidOf(rejected)).toEqual(['Rejected'])
      expect(await saidOf(cancelled)).toEqual(['RegistrationCancelled'])
      expect(await acceptByOf(received)).toBeNull()
      expect((await shownOf(rejected)).at(-1)).toMatchObject({ rejectionCause: 'FLORIST' })
    })

    it('has one winner against its florist, and several processes say it once', async () => {
      for (let race = 0; race < 10; race++) {
        subject.setTime(THURSDAY)
        const orderId = await dueSoon()
        subject.setTime(later(60))
        const processes = [impatient(), impatient(), impatient()]
        const racing = [...processes.map((process) => () => process.rejectUnacceptedOrders()), () => receive(orderId)]
        if (race % 2) racing.reverse()
        await Promise.all(racing.map((run) => run()))
        const { status } = (await shownOf(orderId)).at(-1) ?? {}
        expect([status, await saidOf(orderId)]).toEqual(
          status === 'RECEIVED' ? ['RECEIVED', ['Received']] : ['REJECTED', ['Rejected{NOT_ACCEPTED}']],
        )
      }
    })

    it('could be seen for half an hour after store was down for four hours', async () => {
      subject.setTime(THURSDAY)
      const before = await dueSoon()
      subject.setTime(later(240))
      const process = subject.start()
      // Placed while store was down, and heard of only now.
      const opened = await newOrder({ startsAt: later(120).toISOString() })
      expect(await acceptByOf(opened)).toBe(later(270).toISOString())
      for (let minute = 240; minute < 270; minute++) {
        subject.setTime(later(minute))
        expect(await process.rejectUnacceptedOrders()).toBe(0)
      }
      expect(await receive(opened)).toMatchObject({ type: 'StoreOrderPayload' })
      subject.setTime(later(270))
      await process.rejectUnacceptedOrders()
      expect(await saidOf(before)).toEqual(['Rejected{NOT_ACCEPTED}'])
      expect(await saidOf(opened)).toEqual(['Received'])
    })
  })
}
