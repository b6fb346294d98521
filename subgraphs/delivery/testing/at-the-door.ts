import { beforeEach, describe, expect, it } from '@jest/globals'
import { newId } from '../../../chassis/ids.ts'
import { heard } from '../../../proofs/testing/facts.ts'
import { type Calendar, DEFAULT_CALENDAR } from '../../../schema/calendar/calendar.ts'
import { windowId } from '../../../schema/calendar/window-id.ts'
import { dayOf, daysFrom, windowsOn } from '../../../schema/calendar/windows.ts'
import { deliveryNamedBy } from '../application/link.ts'
import type { DeliveryResult } from '../application/ride.ts'
import type { Subject } from './behaviour.ts'
import { decorated, parties, registrationCancelled } from './facts.ts'

const one = newId()
const two = newId()
const HOUR_MS = 60 * 60_000

/** What happens at the door: attempts that fail, second ones, returns, links and corrections. */
export function atTheDoor(subject: () => Subject): void {
  let at: Subject
  beforeEach(() => {
    at = subject()
  })

  const requested = async (whose = parties) => {
    const orderId = newId()
    await at.delivery.hear(decorated(orderId, whose))
    return orderId
  }
  const asRider = (id: string) => ({ id, isRider: true })
  const depart = (deliveryId: string, by = one, attempt?: number | null) =>
    at.delivery.commands.departForDelivery(asRider(by), { deliveryId, attempt })
  const fail = (deliveryId: string, by = one, attempt = 1, more: object = {}) =>
    at.delivery.commands.reportFailedAttempt(asRider(by), { deliveryId, attempt, reason: 'NOBODY_HOME', ...more })
  const complete = (deliveryId: string, by = one, attempt: number | null = 1, more: object = {}) =>
    at.delivery.commands.completeDelivery(asRider(by), { deliveryId, attempt, ...more })
  const bringBack = (deliveryId: string, by = one, attempt = 1) =>
    at.delivery.commands.returnFlowers(asRider(by), { deliveryId, attempt })
  const again = (deliveryId: string, window = soon()) =>
    at.delivery.commands.requestRedelivery(parties.customerId, { deliveryId, windowId: window })
  /** The id of the first window of the calendar that begins in so many hours, or later. */
  const soon = (hours = 4, calendar: Calendar = DEFAULT_CALENDAR, storeId = parties.storeId) => {
    const from = new Date(at.clock.now().getTime() + hours * HOUR_MS)
    const windows = daysFrom(dayOf(calendar, from), 3).flatMap((day) => windowsOn(calendar, day))
    const window = windows.find(({ startsAt }) => startsAt >= from)
    if (!window) throw new Error('There is no window.')
    return windowId({ storeId, ...window })
  }
  const failed = async () => {
    const orderId = await requested()
    await depart(orderId)
    await fail(orderId)
    return orderId
  }
  /** Puts the clock forward to the window of the second attempt. */
  const untilWindowOf = async (orderId: string) => {
    const fact = (await at.said(orderId)).findLast(({ type }) => type === 'DeliveryRequested')
    const startsAt = fact?.type === 'DeliveryRequested' ? fact.data.promise?.startsAt : undefined
    at.clock.pass(Math.max(0, Date.parse(startsAt ?? '') - at.clock.now().getTime()))
  }
  const saidOf = async (orderId: string) => (await at.said(orderId)).map(({ type }) => type)
  const shownOf = async (orderId: string) =>
    (await at.shown())
      .filter(({ subject }) => subject.endsWith(`.${orderId}`))
      .map(({ subject, revision, open, state }) => {
        const { status } = state.delivery as { status: string }
        const audience = subject.split('.')[2]
        const who = audience === one ? 'rider 1' : audience === two ? 'rider 2' : audience
        return `${who}: ${revision} ${status} ${open ? 'open' : 'closed'}`
      })
  const statusOf = (answer: DeliveryResult) => ('delivery' in answer ? answer.delivery.status : answer.type)

  describe('an attempt that failed', () => {
    it('can be made again by another rider; each rider is shown the own part', async () => {
      const orderId = await requested()
      await depart(orderId)
      expect(await fail(orderId, one, 1, { note: ' 벨을 눌렀어요 ', at: '2026-11-22T18:30:00+09:00' })).toMatchObject({
        delivery: {
          status: 'ATTEMPTED',
          attempts: [
            {
              attempt: 1,
              riderId: one,
              outcomes: [{ outcome: 'NOBODY_HOME', note: '벨을 눌렀어요', phoneAt: '2026-11-22T09:30:00.000Z' }],
            },
          ],
        },
      })
      expect(await again(orderId)).toMatchObject({ delivery: { status: 'REQUESTED', attempt: 2, riderId: null } })
      await untilWindowOf(orderId)
      expect(statusOf(await depart(orderId, two, 2))).toBe('DEPARTED')
      expect(statusOf(await complete(orderId, two, 2))).toBe('COMPLETED')
      expect((await at.said(orderId)).map(({ type, data }) => ({ type, data }))).toEqual([
        { type: 'DeliveryRequested', data: { orderId } },
        { type: 'DepartedForDelivery', data: { orderId, riderId: one } },
        { type: 'DeliveryAttemptFailed', data: { orderId, attempt: 1, reason: 'NOBODY_HOME' } },
        {
          type: 'DeliveryRequested',
          data: { orderId, attempt: 2, promise: expect.objectContaining({ timeZone: 'Asia/Seoul' }) },
        },
        { type: 'DepartedForDelivery', data: { orderId, riderId: two, attempt: 2 } },
        { type: 'DeliveryCompleted', data: { orderId } },
      ])
      expect(await shownOf(orderId)).toEqual([
        'open: 1 REQUESTED open',
        'rider 1: 2 DEPARTED open',
        'open: 2 DEPARTED closed',
        'rider 1: 3 ATTEMPTED open',
        'rider 1: 4 REQUESTED closed',
        'open: 4 REQUESTED open',
        'rider 2: 5 DEPARTED open',
        'open: 5 DEPARTED closed',
        'rider 2: 6 COMPLETED closed',
      ])
    })

    it('is in no live state with the rider’s note, nor with another rider', async () => {
      const orderId = await requested()
      await depart(orderId)
      await fail(orderId, one, 1, { note: '이웃 김영희' })
      await again(orderId)
      await untilWindowOf(orderId)
      await depart(orderId, two, 2)
      const all = (await at.shown()).filter(({ subject }) => subject.endsWith(`.${orderId}`))
      expect(JSON.stringify(all)).not.toContain('김영희')
      const others = all.filter(({ subject }) => !subject.includes(one)).map(({ state }) => state)
      expect(JSON.stringify(others)).not.toContain(one)
      const toOne = all.filter(({ subject }) => subject.includes(one)).map(({ state }) => state)
      expect(JSON.stringify(toOne)).not.toContain(two)
      // Without the attempts, the router would ask for them, and who lost the delivery would be answered nothing at all.
      const attempt = { attempt: 1, reason: 'NOBODY_HOME', note: null, rider: { id: one } }
      for (const { delivery } of toOne.slice(1)) expect(delivery).toMatchObject({ attempts: [attempt] })
    })

    it('is returned by its rider, or a day later by itself; the customer can ask for one more only before', async () => {
      const [brought, forgotten] = [await failed(), await failed()]
      expect(statusOf(await bringBack(brought))).toBe('RETURNED')
      at.clock.pass(24 * HOUR_MS - 60_000)
      await at.delivery.returnDue()
      expect(await saidOf(forgotten)).not.toContain('FlowersReturned')
      at.clock.pass(60_000)
      await at.delivery.returnDue()
      for (const orderId of [brought, forgotten]) {
        expect((await saidOf(orderId)).slice(2)).toEqual(['DeliveryAttemptFailed', 'FlowersReturned'])
        expect(await again(orderId)).toMatchObject({ type: 'WrongState', status: 'RETURNED' })
      }
      await at.delivery.returnDue()
      expect((await saidOf(forgotten)).filter((type) => type === 'FlowersReturned')).toHaveLength(1)
    })

    it('is a failure for good where nobody makes the second one until a day after its window', async () => {
      const orderId = await failed()
      await again(orderId, soon(4))
      at.clock.pass(25 * HOUR_MS)
      await at.delivery.returnDue()
      expect(await saidOf(orderId)).not.toContain('FlowersReturned')
      at.clock.pass(48 * HOUR_MS)
      await at.delivery.returnDue()
      expect((await saidOf(orderId)).at(-1)).toBe('FlowersReturned')
    })

    it('needs a readable note, a time, a reason; a window of the store that begins within 72 hours', async () => {
      const orderId = await requested()
      await depart(orderId)
      for (const [more, field] of [
        [{ note: 'x'.repeat(501) }, 'note'],
        [{ at: 'yesterday' }, 'at'],
        [{ reason: 'RAIN' }, 'reason'],
      ] as const)
        expect(await fail(orderId, one, 1, more)).toMatchObject({ type: 'InvalidInput', problems: [{ path: [field] }] })
      await fail(orderId)
      const begun = windowId({ storeId: parties.storeId, startsAt: new Date(0), endsAt: new Date(1_000) })
      for (const window of ['x', begun, soon(4, DEFAULT_CALENDAR, newId()), soon(73)])
        expect(await again(orderId, window)).toMatchObject({ type: 'InvalidInput', problems: [{ path: ['windowId'] }] })
      expect(statusOf(await again(orderId))).toBe('REQUESTED')
    })

    it('is requested again in a window of the store’s own calendar, of which the highest version counts', async () => {
      const whose = { ...parties, storeId: newId() }
      const window = { ...(DEFAULT_CALENDAR.windows[0] ?? { weekdays: [], capacity: null, noticeMinutes: 0 }) }
      const calendars = ['10:30', '10:45'].map((start) => ({
        ...DEFAULT_CALENDAR,
        windows: [{ ...window, start, end: '11:30' }],
      }))
      const [older, newer] = calendars
      if (!older || !newer) throw new Error('There are two.')
      for (const [version, calendar] of [
        [8, newer],
        [7, older],
      ] as const)
        await at.delivery.hear(
          heard({ type: 'CalendarChanged', data: { storeId: whose.storeId, version, ...calendar } }),
        )
      const orderId = await requested(whose)
      await depart(orderId)
      await fail(orderId)
      expect(statusOf(await again(orderId, soon(1, older, whose.storeId)))).toBe('InvalidInput')
      expect(statusOf(await again(orderId, soon(1, newer, whose.storeId)))).toBe('REQUESTED')
    })
  })

  describe('a phone that was offline', () => {
    it('says that attempt 1 is completed: before attempt 2 departed it is, after that it is too late', async () => {
      const [before, after] = [await failed(), await failed()]
      for (const orderId of [before, after]) await again(orderId)
      expect(await complete(before)).toMatchObject({ delivery: { status: 'COMPLETED', riderId: one } })
      await untilWindowOf(after)
      expect((await depart(before, two, 2)).type).toBe('NotFound')
      expect(statusOf(await depart(after, two, 2))).toBe('DEPARTED')
      expect(await complete(after)).toMatchObject({ type: 'WrongState', status: 'DEPARTED' })
      expect((await saidOf(before)).filter((type) => type === 'DeliveryCompleted')).toHaveLength(1)
      expect(await saidOf(after)).not.toContain('DeliveryCompleted')
    })

    it('repeats what it said of attempt 1, while attempt 2 is under way: it is answered as the first time', async () => {
      const orderId = await failed()
      await again(orderId)
      await untilWindowOf(orderId)
      await depart(orderId, two, 2)
      const facts = await saidOf(orderId)
      for (const answer of [await depart(orderId, one, 1), await fail(orderId), await depart(orderId, two, 2)])
        expect(answer).toMatchObject({ type: 'DeliveryPayload', delivery: { status: 'DEPARTED', riderId: two } })
      expect(await saidOf(orderId)).toEqual(facts)
    })

    it('that names no attempt is about the first', async () => {
      const orderId = await failed()
      await again(orderId)
      await untilWindowOf(orderId)
      expect(await depart(orderId, two, null)).toMatchObject({ type: 'WrongState', status: 'REQUESTED' })
      // The rider of the first may mean the second one, too: nothing says that they departed on it.
      const isAtTwo = (status: string) => ({
        ...{ type: 'WrongState', status },
        message: `This delivery is at attempt 2: it is ${status}.`,
      })
      expect(await depart(orderId, one, null)).toEqual(isAtTwo('REQUESTED'))
      await depart(orderId, two, 2)
      expect(await depart(orderId, one, null)).toEqual(isAtTwo('DEPARTED'))
      expect(await complete(orderId, two, null)).toMatchObject({ type: 'WrongState', status: 'DEPARTED' })
      expect(statusOf(await complete(orderId, two, 2))).toBe('COMPLETED')
    })

    it('of a rider who is none of its riders learns nothing', async () => {
      const orderId = await failed()
      const stranger = newId()
      for (const say of [
        () => depart(orderId, stranger),
        () => fail(orderId, stranger),
        () => bringBack(orderId, stranger),
      ])
        expect((await say()).type).toBe('NotFound')
      const [isBack, isDone] = [await failed(), await failed()]
      await bringBack(isBack)
      await complete(isDone)
      for (const id of [isBack, isDone]) expect((await depart(id, stranger)).type).toBe('NotFound')
      const commands = at.delivery.commands
      const input = { deliveryId: orderId, windowId: soon() }
      expect((await commands.requestRedelivery(stranger, input)).type).toBe('NotFound')
      expect((await commands.setTracking(stranger, { deliveryId: orderId, on: false })).type).toBe('NotFound')
    })
  })

  it('a cancellation is refused from the first departure on, also while the second attempt is awaited', async () => {
    const orderId = await failed()
    await again(orderId)
    await at.delivery.hear(registrationCancelled(orderId))
    expect((await saidOf(orderId)).at(-1)).toBe('CancellationRefused')
    await untilWindowOf(orderId)
    expect(statusOf(await depart(orderId, two, 2))).toBe('DEPARTED')
  })

  describe('of a race', () => {
    it('between a customer’s second attempt and the rider’s return, or the timer, one wins', async () => {
      for (let race = 0; race < 10; race++) {
        const orderId = await failed()
        if (race % 2) at.clock.pass(24 * HOUR_MS)
        const window = soon()
        const [answer] = await Promise.all([
          again(orderId, window),
          race % 2 ? at.delivery.returnDue() : bringBack(orderId),
        ])
        const ends = (await saidOf(orderId)).slice(3)
        expect(ends).toEqual([answer.type === 'DeliveryPayload' ? 'DeliveryRequested' : 'FlowersReturned'])
      }
    })
  })

  describe('the recipient’s link', () => {
    const payloadOf = (answer: DeliveryResult) => {
      if (!('delivery' in answer)) throw new Error(answer.message)
      return answer.delivery
    }
    const tokenOf = (answer: DeliveryResult) => at.delivery.shows.trackToken(payloadOf(answer)) ?? ''
    const setTracking = (deliveryId: string, on: boolean) =>
      at.delivery.commands.setTracking(parties.customerId, { deliveryId, on })

    it('is the same whenever it is made, and names its delivery', async () => {
      const orderId = await requested()
      const token = tokenOf(await setTracking(orderId, true))
      expect(token).toMatch(/^[\w-]{64}$/)
      expect(tokenOf(await setTracking(orderId, true))).toBe(token)
      expect(deliveryNamedBy(token)).toBe(orderId)
      expect(deliveryNamedBy('x')).toBeNull()
      const departed = payloadOf(await depart(orderId))
      expect(at.delivery.shows.tracked(token, departed)).toMatchObject({ orderId, status: 'ON_ITS_WAY' })
      const forged = `${token.slice(0, -2)}${token.endsWith('AA') ? 'BB' : 'AA'}`
      expect(at.delivery.shows.tracked(forged, departed)).toBeNull()
      const other = payloadOf(await setTracking(await requested(), true))
      expect(at.delivery.shows.tracked(token, other)).toBeNull()
    })

    it('ends when it is forbidden, and when the phone number is corrected; then there is another one', async () => {
      const orderId = await requested()
      const revision = payloadOf(await depart(orderId)).revision
      const tokens = [tokenOf(await setTracking(orderId, true))]
      expect(tokenOf(await setTracking(orderId, false))).toBe('')
      expect(tokenOf(await setTracking(orderId, false))).toBe('')
      tokens.push(tokenOf(await setTracking(orderId, true)))
      const correct = (more: object) =>
        at.delivery.hear(heard({ type: 'RecipientCorrected', data: { orderId, ...more } }))
      await correct({})
      expect(tokenOf(await setTracking(orderId, true))).toBe(tokens[1])
      await correct({ phoneChanged: true })
      const corrected = await setTracking(orderId, true)
      tokens.push(tokenOf(corrected))
      expect(new Set(tokens).size).toBe(3)
      const works = tokens.map((token) => at.delivery.shows.tracked(token, payloadOf(corrected)) !== null)
      expect(works).toEqual([false, false, true])
      // Riders read the corrected recipient because they are shown a new revision; of the link they see nothing.
      expect(payloadOf(corrected).revision).toBe(revision + 2)
    })
  })
}
