import { describe, expect, it } from '@jest/globals'
import { changePrice, changeStock, type Item, MOST_STOCK, register, stockLevel, withdraw } from './item.ts'

const won = (amount: number) => ({ amount, currency: 'KRW' as const })
const roses: Item = {
  id: 'roses',
  storeId: 'kjshop',
  name: '장미 한바구니',
  price: won(50_000),
  available: 5,
  madeToOrder: false,
  photo: null,
  withdrawn: false,
  itemVersion: 3,
}

describe('the menu', () => {
  it('shows a new item with its whole stock', () => {
    const { item, says } = register({ id: 'r', storeId: 's', name: 'roses set n1', price: won(50_000), stock: 5 })
    expect(item).toEqual({
      id: 'r',
      storeId: 's',
      name: 'roses set n1',
      price: won(50_000),
      available: 5,
      madeToOrder: false,
      photo: null,
      withdrawn: false,
      itemVersion: 1,
    })
    const data = { itemId: 'r', storeId: 's', name: 'roses set n1', price: won(50_000), available: 5, itemVersion: 1 }
    expect(says).toEqual([{ type: 'ItemRegistered', data }])
  })

  it('shows an item without a stock as made to order, which has none to change', () => {
    const given = { id: 'b', storeId: 's', name: '꽃바구니 주문제작', price: won(80_000), stock: null }
    const { item, says } = register(given)
    expect(item).toMatchObject({ madeToOrder: true, itemVersion: 1 })
    const level = { itemId: 'b', available: 0, madeToOrder: true, itemVersion: 1 }
    const { id: _, stock: __, ...registered } = given
    expect(says).toEqual([{ type: 'ItemRegistered', data: { ...level, ...registered } }])
    expect(stockLevel(item)).toEqual(level)
    for (const delta of [-1, 1])
      expect(changeStock(item, delta)).toMatchObject({
        type: 'InvalidInput',
        problems: [{ path: ['itemId'], code: 'NOT_ALLOWED', message: expect.stringContaining('made to order') }],
      })
    expect(changePrice(item, won(90_000))).toMatchObject({ item: { madeToOrder: true, itemVersion: 2 } })
  })

  it('takes stock in and out', () => {
    expect(changeStock(roses, 7)).toEqual({
      item: { ...roses, available: 12, itemVersion: 4 },
      says: [{ type: 'StockChanged', data: { itemId: 'roses', available: 12, itemVersion: 4 } }],
    })
    expect(changeStock(roses, -5)).toMatchObject({ item: { available: 0, itemVersion: 4 } })
  })

  it('gives out nothing that is reserved, and holds no more than is sane', () => {
    const message = expect.stringMatching('Only 5')
    expect(changeStock(roses, -6)).toMatchObject({
      type: 'InvalidInput',
      problems: [{ path: ['delta'], message, code: 'TOO_SMALL', limit: -5 }],
    })
    expect(changeStock(roses, MOST_STOCK - 5)).toMatchObject({ item: { available: MOST_STOCK } })
    expect(changeStock(roses, MOST_STOCK - 4)).toMatchObject({
      type: 'InvalidInput',
      problems: [{ path: ['delta'], code: 'TOO_LARGE', limit: MOST_STOCK - 5 }],
    })
    expect(changeStock({ ...roses, available: 0 }, -1)).toMatchObject({ problems: [{ limit: 0 }] })
  })

  it('changes a price once', () => {
    const changed = changePrice(roses, won(60_000))
    expect(changed).toEqual({
      item: { ...roses, price: won(60_000), itemVersion: 4 },
      says: [{ type: 'ItemPriceChanged', data: { itemId: 'roses', price: won(60_000), itemVersion: 4 } }],
    })
    expect(changePrice(changed.item, won(60_000))).toEqual({ item: changed.item, says: [] })
  })

  it('loses a withdrawn item once', () => {
    const gone = withdraw(roses)
    expect(gone).toEqual({
      item: { ...roses, withdrawn: true, itemVersion: 4 },
      says: [{ type: 'ItemWithdrawn', data: { itemId: 'roses', itemVersion: 4 } }],
    })
    expect(withdraw(gone.item)).toEqual({ item: gone.item, says: [] })
  })
})
