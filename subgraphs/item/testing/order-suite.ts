import { describe, expect, it } from '@jest/globals'
import { newId } from '../../../chassis/ids.ts'
import { heard } from '../../../proofs/testing/facts.ts'
import type { Actors } from './rig.ts'

/** The effects of orders on stock, also with concurrent facts. */
export function orderSuite(at: () => Actors): void {
  describe('following orders', () => {
    it('reserves once and releases once, however often the facts come', async () => {
      const { id } = await at().newItem(await at().openStore(), 5)
      const orderId = newId()
      for (const _ of [1, 2]) await at().confirm(orderId, [id, 2], [id, 1])
      expect(await at().item(id)).toMatchObject({ available: 2, itemVersion: 2 })
      await at().reject(orderId)
      for (const _ of [1, 2]) await at().cancel(orderId)
      await at().confirm(orderId, [id, 1])
      expect(await at().item(id)).toMatchObject({ available: 5, itemVersion: 3 })
      expect(await at().typesOf(orderId)).toEqual(['StockReserved', 'StockReleased'])
    })

    it('hears the same fact once', async () => {
      const storeId = newId()
      const ofStore = { storeId, name: 'KJSHOP' }
      const fact = heard({ type: 'StoreRegistered', data: { ...ofStore, ownerId: at().ownerId } })
      for (const _ of [1, 2]) await at().hear(fact)
      await at().hear(heard({ type: 'StoreRegistered', data: { ...ofStore, ownerId: newId() } }))
      expect(await at().newItem(storeId, 1)).toMatchObject({ storeId })
    })

    it('reserves all or nothing, and releases nothing if nothing was reserved', async () => {
      const storeId = await at().openStore()
      const [roses, tulips] = [await at().newItem(storeId, 5), await at().newItem(storeId, 1)]
      const orderId = newId()
      await at().confirm(orderId, [roses.id, 1], [tulips.id, 2], [newId(), 1])
      await at().cancel(orderId)
      expect(await at().item(roses.id)).toEqual(roses)
      expect(await at().item(tulips.id)).toEqual(tulips)
      expect(await at().typesOf(orderId)).toEqual(['ItemOutOfStock'])
    })

    it('reserves any number of what is made to order, beside what has a stock, and releases it once', async () => {
      const storeId = await at().openStore()
      const [basket, roses] = [await at().newItem(storeId, null), await at().newItem(storeId, 2)]
      const [first, second, third] = [newId(), newId(), newId()]
      await at().confirm(first, [basket.id, 999], [roses.id, 2])
      await at().confirm(second, [basket.id, 999])
      await at().confirm(third, [basket.id, 1], [roses.id, 1])
      for (const _ of [1, 2]) await at().cancel(first)
      expect(await at().item(basket.id)).toEqual(basket)
      expect(await at().item(roses.id)).toMatchObject({ available: 2, itemVersion: 3 })
      expect(await at().typesOf(first)).toEqual(['StockReserved', 'StockReleased'])
      expect(await at().typesOf(second)).toEqual(['StockReserved'])
      expect(await at().typesOf(third)).toEqual(['ItemOutOfStock'])
      const levels = (await at().saidOf(first)).map(({ data }) => 'stock' in data && data.stock)
      expect(levels).toEqual(
        [0, 2].map((available, n) =>
          expect.arrayContaining([
            { itemId: basket.id, available: 0, madeToOrder: true, itemVersion: 1 },
            { itemId: roses.id, available, itemVersion: 2 + n },
          ]),
        ),
      )
    })

    it('reserves nothing for an order cancelled before', async () => {
      const { id } = await at().newItem(await at().openStore(), 5)
      const orderId = newId()
      await at().cancel(orderId)
      await at().confirm(orderId, [id, 1])
      await at().cancel(orderId)
      expect(await at().item(id)).toMatchObject({ available: 5, itemVersion: 1 })
      expect(await at().typesOf(orderId)).toEqual([])
    })
  })

  describe('beside a process of the release before, which knows of stock only', () => {
    it('what is made to order is reserved, and what that process says takes nothing away', async () => {
      const { id } = await at().newItem(await at().openStore(), null)
      // The release before reserves by `available` and saves the row; it does not know the other column.
      const reserve = async (quantity: number) => {
        const item = await at().item(id)
        if (!item || item.available < quantity) throw new Error('ItemOutOfStock')
        await at().keepItem({ ...item, available: item.available - quantity, itemVersion: item.itemVersion + 1 })
      }
      for (const _ of [1, 2, 3]) await reserve(999)
      const orderId = newId()
      await at().confirm(orderId, [id, 999])
      await reserve(-999)
      expect(await at().typesOf(orderId)).toEqual(['StockReserved'])
      expect((await at().saidOf(orderId))[0]).toMatchObject({ data: { stock: [{ madeToOrder: true, available: 0 }] } })
    })
  })

  describe('races', () => {
    it('gives the last unit to one of two orders', async () => {
      const storeId = await at().openStore()
      const items = await Promise.all(Array.from({ length: 10 }, () => at().newItem(storeId, 1)))
      await Promise.all(items.flatMap(({ id }) => [at().confirm(newId(), [id, 1]), at().confirm(newId(), [id, 1])]))
      for (const { id } of items) {
        expect((await at().typesOf(id)).sort()).toEqual(['ItemOutOfStock', 'ItemRegistered', 'StockReserved'])
        expect(await at().item(id)).toMatchObject({ available: 0, itemVersion: 2 })
      }
    })

    it('lets orders of the same items in any order of lines pass, and counts every unit', async () => {
      const storeId = await at().openStore()
      const [one, other] = [await at().newItem(storeId, 8), await at().newItem(storeId, 100)]
      const lines: [string, number][] = [
        [one.id, 1],
        [other.id, 2],
      ]
      const orders = Array.from({ length: 12 }, newId)
      await Promise.all(orders.map((id, n) => at().confirm(id, ...(n % 2 ? lines : lines.toReversed()))))
      expect(await at().item(one.id)).toMatchObject({ available: 0 })
      expect(await at().item(other.id)).toMatchObject({ available: 84 })
    })

    it('releases once if cancellation and rejection are concurrent', async () => {
      const { id } = await at().newItem(await at().openStore(), 3)
      const orderId = newId()
      await at().confirm(orderId, [id, 2])
      await Promise.all([at().cancel(orderId), at().reject(orderId), at().cancel(orderId)])
      expect(await at().item(id)).toMatchObject({ available: 3, itemVersion: 3 })
    })

    it('either releases or never reserves if confirmation and cancellation are concurrent', async () => {
      const { id } = await at().newItem(await at().openStore(), 30)
      const orders = Array.from({ length: 10 }, newId)
      await Promise.all(orders.flatMap((orderId) => [at().confirm(orderId, [id, 3]), at().cancel(orderId)]))
      expect(await at().item(id)).toMatchObject({ available: 30 })
    })

    it('neither loses nor adds units if the owner changes the stock concurrently', async () => {
      const { id: itemId } = await at().newItem(await at().openStore(), 10)
      const more = () => at().commands.changeStock(at().ownerId, { idempotencyKey: newId(), itemId, delta: 1 })
      await Promise.all(Array.from({ length: 10 }, (_, n) => (n % 2 ? more() : at().confirm(newId(), [itemId, 1]))))
      expect(await at().item(itemId)).toMatchObject({ available: 10, itemVersion: 11 })
    })
  })
}
