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
