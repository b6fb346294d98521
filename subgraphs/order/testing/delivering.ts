import { describe, expect, it } from '@jest/globals'
import type { Keeping } from './rig.ts'
import { calendarWith, shopWithWindows } from './shop-with-windows.ts'

/** What the delivery costs, and what is written for whom. */
export function delivering(keeping: Keeping): void {
  const { at, setCalendar, place } = shopWithWindows(keeping)

  describe('the delivery', () => {
    const areas = [
      { postalCodePrefix: '13', fee: 5_000 },
      { postalCodePrefix: '135', fee: 0 },
    ]
    const to = (postalCode: string | null, amount = 105_000) => ({
      recipient: { ...at().placeInput().recipient, postalCode },
      expectedTotal: { amount, currency: 'KRW' },
    })

    it('costs what the calendar says of the postal code, within the total', async () => {
      await setCalendar(calendarWith([['12:00', '15:00', 1]], { areas }))
      const paid = await place(to(' １３４００ '))
      const fee = { amount: 5_000, currency: 'KRW' }
      const order = { total: { amount: 105_000 }, deliveryFee: fee, recipient: { postalCode: '13400' } }
      expect(paid).toMatchObject({ type: 'OrderPayload', order })
      expect(at().payment.asked).toMatchObject([{ amount: { amount: 105_000 } }])
      expect(await keeping.said('order' in paid ? paid.order.id : '')).toMatchObject([
        { data: { total: { amount: 105_000 }, deliveryFee: fee } },
        {},
      ])
      expect(await place(to('13500'))).toMatchObject({
        order: { total: { amount: 100_000 }, deliveryFee: { amount: 0 } },
      })
    })

    it('is part of the total that was shown', async () => {
      await setCalendar(calendarWith([['12:00', '15:00', null]], { areas }))
      expect(await place(to('13400', 104_999))).toMatchObject({ type: 'TotalChanged', total: { amount: 105_000 } })
    })

    it('and the lines cost at most 2,000,000,000 won together', async () => {
      await setCalendar(calendarWith([['12:00', '15:00', null]], { areas }))
      const dear = { lines: [{ itemId: at().roses, quantity: 1 }] }
      expect(await place({ ...to('13500', 2e9), ...dear })).toMatchObject({ type: 'OrderPayload' })
      expect(await place({ ...to('13400', 2e9), ...dear })).toMatchObject({
        type: 'InvalidInput',
        problems: [{ path: ['lines'], code: 'TOO_LARGE', limit: 2e9 }],
      })
    })

    it('needs a postal code where the store delivers to some areas only, and one of these', async () => {
      await setCalendar(calendarWith([['12:00', '15:00', null]], { areas }))
      for (const none of [null, '', ' ']) {
        expect(await place(to(none))).toMatchObject({
          type: 'InvalidInput',
          problems: [{ path: ['recipient', 'postalCode'], code: 'REQUIRED' }],
        })
      }
      expect(await place(to('06000'))).toMatchObject({ type: 'NotDeliveredThere' })
      expect(await place(to('1234'))).toMatchObject({
        type: 'InvalidInput',
        problems: [{ path: ['recipient', 'postalCode'], code: 'WRONG_FORMAT' }],
      })
    })
  })

  describe('ribbon and sender', () => {
    it('are kept as they were typed, without what nobody sees', async () => {
      const placed = await place({
        ribbon: { phrase: ' 축 개업 ', from: '김하늘\u200b' },
        sender: { name: '하늘' },
      })
      const kept = { ribbon: { phrase: '축 개업', from: '김하늘' }, sender: { name: '하늘', anonymous: false } }
      expect(placed).toMatchObject({ order: { ...kept, substitution: 'EQUAL_VALUE' } })
      expect(await at().order('order' in placed ? placed.order.id : '')).toMatchObject(kept)
      expect(await place({ ribbon: { phrase: '축', from: ' ' } })).toMatchObject({
        order: { ribbon: { phrase: '축' } },
      })
    })

    it.each([
      [{ ribbon: { phrase: '' } }, ['ribbon', 'phrase'], 'REQUIRED'],
      [{ ribbon: { phrase: 'x'.repeat(51) } }, ['ribbon', 'phrase'], 'TOO_LONG'],
      [{ ribbon: { phrase: '축', from: 'a\nb' } }, ['ribbon', 'from'], 'INVALID_CHARACTERS'],
      [{ sender: { name: ' ' } }, ['sender', 'name'], 'REQUIRED'],
      [{ sender: { name: 'x'.repeat(101) } }, ['sender', 'name'], 'TOO_LONG'],
    ])('are lines: %j', async (change, path, code) => {
      expect(await place(change)).toMatchObject({ type: 'InvalidInput', problems: [{ path, code }] })
    })
  })
}
