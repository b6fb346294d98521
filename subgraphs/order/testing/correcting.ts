import { beforeEach, describe, expect, it } from '@jest/globals'
import { newId } from '../../../chassis/ids.ts'
import type { Rig } from './rig.ts'
import { calendarWith } from './shop-with-windows.ts'

/** How a customer corrects who receives the flowers. */
export function correcting(rig: () => Rig): void {
  let at: Rig
  beforeEach(() => {
    at = rig()
  })

  const recipient = { name: ' 김하늘 ', phone: '01011112222', address: '분당', postalCode: '13500' }
  const kept = { name: '김하늘', phone: '010-1111-2222', address: '분당', postalCode: '13500' }
  const correct = (orderId: string, change: object = {}, by = at.customer) =>
    at.commands.correctRecipient(by, { orderId, recipient: { ...recipient, ...change } })
  const paidFor = (postalCode: string | null) =>
    at.placedWith({ recipient: { ...recipient, postalCode }, expectedTotal: { amount: 200_000, currency: 'KRW' } })

  describe('correcting the recipient', () => {
    it('is said once, without who it is; the whole recipient is replaced', async () => {
      const orderId = await at.placed()
      const corrected = await correct(orderId)
      expect(corrected).toMatchObject({ type: 'OrderPayload', order: { recipient: kept } })
      expect(await correct(orderId)).toEqual(corrected)
      expect(await correct(orderId, { address: '서울' })).toMatchObject({ order: { recipient: { address: '서울' } } })
      expect(await at.said()).toEqual(['Ordered', 'OrderConfirmed', 'RecipientCorrected', 'RecipientCorrected'])
      expect(await at.order(orderId)).toMatchObject({ recipient: { ...kept, address: '서울' } })
    })

    it('is too late once a rider has departed, and possible again after the delivery failed', async () => {
      const orderId = await at.placed()
      await at.follow(orderId, 'DepartedForDelivery')
      expect(await correct(orderId)).toMatchObject({ type: 'WrongState', status: 'OUT_FOR_DELIVERY' })
      await at.follow(orderId, 'DeliveryAttemptFailed')
      expect(await correct(orderId)).toMatchObject({ type: 'OrderPayload', order: { recipient: kept } })
    })

    it('tells a stranger nothing, and the customer what is wrong', async () => {
      const orderId = await at.placed()
      for (const answer of [await correct(orderId, {}, newId()), await correct(newId()), await correct('no id')])
        expect(answer).toMatchObject({ type: 'NotFound' })
      const problems = [{ path: ['recipient', 'phone'], code: 'WRONG_FORMAT' }]
      expect(await correct(orderId, { phone: '1' })).toMatchObject({ type: 'InvalidInput', problems })
      expect(await at.said()).toEqual(['Ordered', 'OrderConfirmed'])
    })

    it('is possible where the delivery costs no more than was paid; to the same postal code always', async () => {
      const say = (version: number, areas: [string, number][]) => {
        const change = { areas: areas.map(([postalCodePrefix, fee]) => ({ postalCodePrefix, fee })) }
        const calendar = calendarWith([['12:00', '15:00', null]], change)
        return at.say({ type: 'CalendarChanged', data: { ...calendar, storeId: at.store, version } })
      }
      await say(1, [
        ['13', 3_000],
        ['06', 5_000],
        ['04', 2_000],
      ])
      const orderId = await paidFor('13500')
      expect((await at.order(orderId))?.deliveryFee).toEqual({ amount: 3_000, currency: 'KRW' })
      const answerTo = async (postalCode: string | null) => (await correct(orderId, { postalCode })).type
      expect(await answerTo('06000')).toBe('NotDeliveredThere')
      expect(await answerTo('99999')).toBe('NotDeliveredThere')
      expect(await answerTo(null)).toBe('InvalidInput')
      expect(await answerTo('04000')).toBe('OrderPayload')
      await say(2, [['06', 3_000]])
      expect((await correct(orderId, { postalCode: '04000', name: '이하늘' })).type).toBe('OrderPayload')
      expect(await answerTo('13500')).toBe('NotDeliveredThere')
      expect(await answerTo('06000')).toBe('OrderPayload')
      // The shop is the other tests', too, which expect no areas.
      await say(3, [])
    })
  })
}
