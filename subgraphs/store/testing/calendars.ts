import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { newId } from '../../../chassis/ids.ts'
import type { StoreContext } from '../wire.ts'
import type { Subject } from './subject.ts'

const window = { start: '09:00', end: '12:00', capacity: 10, noticeMinutes: 60 }

/** Setting a store's calendar, with any adapter of the tables. */
export function calendarBehaviour(make: () => Promise<Subject>): void {
  let store: StoreContext
  let said: Subject['said']
  let close: Subject['close'] | undefined
  let owner: string

  beforeAll(async () => {
    ;({ store, said, close } = await make())
  })
  afterAll(() => close?.())
  // Nobody has more than a few stores.
  beforeEach(() => {
    owner = newId()
  })

  let names = 0
  async function register(): Promise<string> {
    const result = await store.commands.registerStore(owner, { idempotencyKey: `store ${++names}`, name: 'KJSHOP' })
    if (result.type !== 'StorePayload') throw new Error(result.message)
    return result.store.id
  }
  const calendarOf = (storeId: string, closedDays: string[] = []) => ({
    storeId,
    timeZone: 'Asia/Seoul',
    windows: [{ ...window, weekdays: ['MONDAY' as const, 'TUESDAY' as const] }],
    closedDays,
    specialDays: [{ day: '2027-02-14', windows: [{ ...window, capacity: null }] }],
    areas: [{ postalCodePrefix: '13', fee: { amount: 5_000, currency: 'KRW' } }],
  })
  const set = (input: object, by = owner) => store.commands.setDeliveryCalendar(by, input)
  const changesOf = async (storeId: string) =>
    (await said(storeId)).flatMap((fact) => (fact.type === 'CalendarChanged' ? [fact.data] : []))
  const versionsOf = async (storeId: string) => (await changesOf(storeId)).map(({ version }) => version)

  describe('a calendar', () => {
    it('is said as a whole, each time by its next version', async () => {
      const storeId = await register()
      expect(await set(calendarOf(storeId))).toMatchObject({ type: 'CalendarPayload', store: { id: storeId } })
      expect(await set(calendarOf(storeId, ['2027-01-01']))).toMatchObject({ type: 'CalendarPayload' })
      const { storeId: _, ...calendar } = calendarOf(storeId)
      const areas = [{ postalCodePrefix: '13', fee: 5_000 }]
      expect(await changesOf(storeId)).toEqual([
        { ...calendar, areas, storeId, version: 1 },
        { ...calendar, areas, closedDays: ['2027-01-01'], storeId, version: 2 },
      ])
    })

    it('that is set already changes nothing and says nothing, also where an earlier version is expected', async () => {
      const storeId = await register()
      const first = await set({ ...calendarOf(storeId), expectedVersion: 0 })
      expect(await set({ ...calendarOf(storeId), expectedVersion: 0 })).toEqual(first)
      expect(await set(calendarOf(storeId))).toEqual(first)
      expect(await versionsOf(storeId)).toEqual([1])
    })

    it('of another version than expected is a conflict with the present one, and nothing is changed', async () => {
      const storeId = await register()
      const none = await set({ ...calendarOf(storeId), expectedVersion: 1 })
      expect(none).toMatchObject({ type: 'CalendarConflict', calendar: null })
      await set(calendarOf(storeId))
      await set(calendarOf(storeId, ['2027-01-01']))
      expect(await set({ ...calendarOf(storeId), expectedVersion: 1 })).toMatchObject({
        type: 'CalendarConflict',
        calendar: { calendarVersion: 2, calendar: { closedDays: ['2027-01-01'] } },
      })
      expect(await set({ ...calendarOf(storeId), expectedVersion: 2 })).toMatchObject({ type: 'CalendarPayload' })
      expect(await versionsOf(storeId)).toEqual([1, 2, 3])
    })

    it('is for the owner of the store only', async () => {
      const storeId = await register()
      for (const [id, by] of [
        [storeId, newId()],
        [newId(), owner],
        ['no id', owner],
      ] as const) {
        expect(await set(calendarOf(id), by)).toEqual({ type: 'NotFound', message: expect.any(String) })
      }
      expect(await set({ ...calendarOf(storeId), timeZone: 'Mars/Olympus' })).toMatchObject({
        type: 'InvalidInput',
        problems: [{ path: ['timeZone'] }],
      })
      expect(await versionsOf(storeId)).toEqual([])
    })

    it('is changed at most fifty times a day, all stores of its owner together; what is set already is still answered', async () => {
      const stores = [await register(), await register()]
      const change = (time: number) => set(calendarOf(stores[time % 2] ?? '', [`2027-03-${10 + (time % 4)}`]))
      for (let time = 1; time <= 50; time++) expect(await change(time)).toMatchObject({ type: 'CalendarPayload' })
      for (const time of [51, 52])
        expect(await change(time)).toMatchObject({ type: 'TooManyCalendarChanges', retryAfter: expect.any(Number) })
      expect(await change(50)).toMatchObject({ type: 'CalendarPayload' })
      for (const storeId of stores) expect((await versionsOf(storeId)).at(-1)).toBe(25)
      // Another owner may still.
      owner = newId()
      expect(await set(calendarOf(await register()))).toMatchObject({ type: 'CalendarPayload' })
    })

    it('set in several stores at once by an owner who may set one more has one winner', async () => {
      const stores = [await register(), await register(), await register()]
      for (let time = 1; time <= 49; time++) await set(calendarOf(stores[0] ?? '', [`2027-03-${10 + (time % 2)}`]))
      const types = (await Promise.all(stores.map((id) => set(calendarOf(id, ['2027-04-01']))))).map(({ type }) => type)
      expect(types.sort()).toEqual(['CalendarPayload', 'TooManyCalendarChanges', 'TooManyCalendarChanges'])
    })

    it('set by many at once has a version for each, and none is lost', async () => {
      const storeId = await register()
      const days = ['2027-01-01', '2027-01-02', '2027-01-03', '2027-01-04', '2027-01-05']
      const answers = await Promise.all(days.map((day) => set(calendarOf(storeId, [day]))))
      expect(answers.map(({ type }) => type)).toEqual(days.map(() => 'CalendarPayload'))
      const changes = await changesOf(storeId)
      expect(changes.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5])
      expect(changes.flatMap(({ closedDays }) => closedDays).sort()).toEqual(days)
    })

    it('set by many at once who expect the same version has one winner, the others are told', async () => {
      const storeId = await register()
      for (const expectedVersion of [0, 1]) {
        const days = ['2027-01-01', '2027-01-02', '2027-01-03'].map((day) =>
          day.replace('2027', `203${expectedVersion}`),
        )
        const setting = days.map((day) => set({ ...calendarOf(storeId, [day]), expectedVersion }))
        const types = (await Promise.all(setting)).map(({ type }) => type)
        expect(types.sort()).toEqual(['CalendarConflict', 'CalendarConflict', 'CalendarPayload'])
      }
      expect(await versionsOf(storeId)).toEqual([1, 2])
    })
  })
}
