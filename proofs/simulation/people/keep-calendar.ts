import type { Calendar } from '../../../schema/calendar/calendar.ts'
import { calendarIn } from '../calendars.ts'
import { assertRule } from '../invariants/violation.ts'
import type { CalendarStep } from '../plan-windows.ts'
import { type Actor, requestUntilAnswered } from './requests.ts'

/** Sets the calendars of a store one after the other, some of them while a second florist sets another. */
export async function keepCalendar(self: Actor, storeId: string, steps: CalendarStep[]): Promise<void> {
  for (const { calendar, rival, expectsVersion, after } of steps) {
    await self.wait(after)
    const expectedVersion = expectsVersion ? (calendarIn(self.world, 'store', storeId)?.calendarVersion ?? 0) : null
    const set = (wanted: Calendar, florist: string) => {
      const input = { storeId, ...wanted, areas: wanted.areas.map(withMoney), expectedVersion }
      return requestUntilAnswered(self, 'store', `sets the calendar (${florist})`, ({ setDeliveryCalendar }) =>
        setDeliveryCalendar(self.id, input),
      )
    }
    const answers = await Promise.all(rival ? [set(calendar, 'first'), set(rival, 'second')] : [set(calendar, 'alone')])
    for (const { type } of answers) {
      self.world.faults.count(`(a calendar is set: ${type})`)
      assertRule(
        'a calendar can be set',
        type === 'CalendarPayload' || (expectsVersion && type === 'CalendarConflict'),
        () => {
          return `It was answered ${type}.`
        },
      )
    }
  }
}

const withMoney = ({ postalCodePrefix, fee }: Calendar['areas'][number]) => ({
  postalCodePrefix,
  fee: { amount: fee, currency: 'KRW' },
})
