import { describe, expect, it } from '@jest/globals'
import { until } from '../../chassis/testing/until.ts'
import type { Stack } from '../testing/stack.ts'
import { sqlIn } from './databases.ts'
import { uuidOf } from './ids.ts'
import type { MenuItem, NumberedCustomer, People } from './people.ts'
import { openShop, setCalendar, windowsOf } from './shops.ts'
import type { WindowedOrders } from './windowed-orders.ts'

/** What becomes of orders after they are placed: in a window, and before there were any. Part of windows.e2e.test.ts. */
export function acceptanceAndOldOrders(at: () => { stack: Stack; app: People; orders: WindowedOrders }): void {
  describe('an order that nobody accepts by acceptBy', () => {
    it('is rejected by itself, and the money is returned once; the florist can not receive it any more', async () => {
      const { item, windows } = await at().orders.shopWith('Nobody', [{ start: '09:00', end: '12:00' }])
      const who = at().orders.buyer()
      const { order } = await at().orders.place(who, item, windows[0])
      await at().orders.passAcceptBy([order.id])
      await at().orders.becomes(who, order.id, 'REJECTED')
      expect(await at().app.step('bundang', 'receive', order.id)).toMatchObject({ __typename: 'WrongState' })
      const rejected = await until(async () => {
        const order_ = await at().orders.read(who, order.id)
        return order_?.payment?.status === 'CANCELLED' && order_
      }, 'the money is returned')
      expect(rejected.storeOrder).toMatchObject({
        status: 'REJECTED',
        rejectionCause: 'NOT_ACCEPTED',
        rejectionReason: null,
      })
      expect((await at().orders.book(order.id)).map(({ type }) => type)).toEqual(['charge', 'refund'])
    })

    it('and is received at the same moment has one winner, and at most one refund', async () => {
      const { item, windows } = await at().orders.shopWith('Race', [{ start: '09:00', end: '12:00' }])
      const placed = await Promise.all(
        Array.from({ length: 12 }, async () => {
          const who = at().orders.buyer()
          return { who, id: (await at().orders.place(who, item, windows[0])).order.id }
        }),
      )
      await at().orders.passAcceptBy(placed.map(({ id }) => id))
      const outcomes = placed.map(async ({ who, id }, index) => {
        // The timer looks every five seconds, so the florist looks at each order longer than at the one before.
        for (let looks = 0; looks < 10 * index; looks++) await at().orders.read('bundang', id)
        const { __typename } = await at().app.step('bundang', 'receive', id)
        const status = __typename === 'WrongState' ? 'REJECTED' : 'RECEIVED'
        await at().orders.becomes(who, id, status)
        const expected = status === 'REJECTED' ? ['charge', 'refund'] : ['charge']
        await until(
          async () => (await at().orders.book(id)).length === expected.length,
          'the money is where it belongs',
        )
        expect((await at().orders.book(id)).map(({ type }) => type)).toEqual(expected)
      })
      await Promise.all(outcomes)
    })
  })

  describe('orders that the release before recorded, when there were no windows', () => {
    /** The columns that its rows do not have. */
    const forget = `update orders set delivery_fee = null, promise = null, holds_place = false, ribbon = null, sender = null,
    substitution = null where id = $1 returning id`
    const recorded = async (who: NumberedCustomer, item: MenuItem) => {
      const { id } = (await at().app.placeOnce(who, item, 1, { paymentToken: 'tok_unavailable' })).order
      expect(await sqlIn(at().stack, 'order', forget, [uuidOf(id)])).toHaveLength(1)
      const entry = 'update entries set promise = null where id = $1 returning id'
      await until(
        async () => (await sqlIn(at().stack, 'my-page', entry, [uuidOf(id)])).length === 1,
        'my-page has heard of it',
      )
      return id
    }

    it('are paid, delivered, refunded in part, cancelled and rejected', async () => {
      const item = await openShop(at().app, 'Old orders')
      // The calendar came later; an order without a promise has no acceptBy.
      await setCalendar(at().app, item.store.id, [{ start: '09:00', end: '12:00', capacity: 1 }])
      await windowsOf(at().app, item.store.id, ([window]) => window?.endsAt !== undefined)
      const who = at().orders.buyer()
      const [delivered, cancelled, rejected] = [
        await recorded(who, item),
        await recorded(who, item),
        await recorded(who, item),
      ]
      for (const id of [delivered, cancelled, rejected]) {
        expect(await at().app.pay(who, id)).toMatchObject({ __typename: 'OrderPayload', order: { status: 'PAID' } })
      }
      // Of an order that was received, acceptBy is not told any more.
      const opened = await until(async () => {
        const order = await at().orders.read('bundang', delivered)
        return order?.storeOrder?.status === 'NEW' && order.storeOrder
      }, 'store has opened the order')
      expect(opened).toMatchObject({ acceptBy: null })
      await at().app.stepWhenReady('bundang', 'receive', delivered)
      expect(await at().orders.read('bundang', delivered)).toMatchObject({
        promise: null,
        total: { amount: 20_000 },
        storeOrder: { status: 'RECEIVED', acceptBy: null },
      })
      await at().app.refundWhenReady('bundang', delivered, 5_000)
      await at().app.stepWhenReady('bundang', 'decorate', delivered)
      await at().app.stepWhenReady('rider', 'depart', delivered)
      await at().app.stepWhenReady('rider', 'complete', delivered)
      await at().orders.becomes(who, delivered, 'DELIVERED')
      expect(await at().app.cancel(who, cancelled)).toMatchObject({ order: { status: 'CANCELLING' } })
      await at().orders.becomes(who, cancelled, 'CANCELLED')
      await until(async () => {
        return (await at().app.reject('bundang', rejected, 'no roses')).__typename === 'StoreOrderPayload'
      }, 'the florist rejects it')
      await at().orders.becomes(who, rejected, 'REJECTED')
      expect(await at().orders.kept(delivered)).toBe(15_000)
      for (const id of [cancelled, rejected])
        await until(async () => (await at().orders.kept(id)) === 0, 'the money is returned')
      // They hold no place: the store's window is free.
      const [window] = await windowsOf(at().app, item.store.id, ([window]) => window?.open === true)
      expect(await at().orders.place(at().orders.buyer(), item, window)).toMatchObject({ __typename: 'OrderPayload' })
    })
  })
}
