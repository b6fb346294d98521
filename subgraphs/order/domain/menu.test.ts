import { describe, expect, it } from '@jest/globals'
import type { Said } from '../../../schema/events/facts.ts'
import { itemsIn, learn, type MenuFact, type MenuItem, price } from './menu.ts'

const KRW = (amount: number) => ({ amount, currency: 'KRW' as const })
const id = 'rose'
const story: Said<MenuFact>[] = [
  {
    type: 'ItemRegistered',
    data: { itemId: id, storeId: 'kj', name: '장미', price: KRW(50_000), available: 20, itemVersion: 1 },
  },
  { type: 'ItemPriceChanged', data: { itemId: id, price: KRW(60_000), itemVersion: 2 } },
  { type: 'StockChanged', data: { itemId: id, available: 25, itemVersion: 3 } },
  {
    type: 'StockReserved',
    data: {
      orderId: 'o',
      customerId: 'c',
      storeId: 'kj',
      lines: [],
      stock: [
        { itemId: id, available: 23, itemVersion: 4 },
        { itemId: 'lily', available: 1, itemVersion: 9 },
      ],
    },
  },
  { type: 'StockReleased', data: { orderId: 'o', stock: [{ itemId: id, available: 24, itemVersion: 5 }] } },
  { type: 'ItemWithdrawn', data: { itemId: id, itemVersion: 6 } },
]

const permutations = <T>(list: T[]): T[][] =>
  list.length < 2
    ? [list]
    : list.flatMap((first, i) => permutations(list.toSpliced(i, 1)).map((rest) => [first, ...rest]))

describe('the menu', () => {
  it('does not depend on the order or repetition of an item’s facts', () => {
    const expected = {
      id,
      storeId: 'kj',
      name: '장미',
      price: KRW(60_000),
      priceVersion: 2,
      available: 24,
      availableVersion: 5,
      madeToOrder: false,
      withdrawn: true,
    }
    for (const facts of permutations(story)) {
      const menu = [...facts, ...facts].reduce<MenuItem | null>((item, fact) => learn(id, item, fact), null)
      expect(menu).toEqual(expected)
    }
  })

  it('knows that an item is made to order from any fact that says so, also if one of the release before does not', () => {
    const says = { available: 0, madeToOrder: true as const }
    const registered = { itemId: id, storeId: 'kj', name: '꽃바구니', price: KRW(80_000), ...says, itemVersion: 1 }
    const ofReleaseBefore = [{ itemId: id, available: 999_999_999, itemVersion: 5 }]
    const facts: Said<MenuFact>[] = [
      { type: 'ItemRegistered', data: registered },
      { type: 'ItemPriceChanged', data: { itemId: id, price: KRW(90_000), itemVersion: 2 } },
      { type: 'StockReleased', data: { orderId: 'o', stock: ofReleaseBefore } },
      { type: 'StockReleased', data: { orderId: 'p', stock: [{ itemId: id, ...says, itemVersion: 4 }] } },
    ]
    for (const heard of permutations(facts)) {
      const menu = heard.reduce<MenuItem | null>((item, fact) => learn(id, item, fact), null)
      expect(menu).toMatchObject({ madeToOrder: true, price: KRW(90_000), availableVersion: 5 })
    }
    for (const one of ['ItemRegistered', 'StockReleased'] as const) {
      const [said] = facts.filter(({ type }) => type === one).slice(-1)
      expect(said && learn(id, null, said)).toMatchObject({ madeToOrder: true })
    }
  })

  it('learns of every item a fact tells of', () => {
    expect(story.map(itemsIn)).toEqual([[id], [id], [id], [id, 'lily'], [id], [id]])
  })
})

describe('pricing', () => {
  const item = (changes: Partial<MenuItem>): MenuItem => ({
    id: 'rose',
    storeId: 'kj',
    name: '장미',
    price: KRW(50_000),
    priceVersion: 1,
    available: 5,
    availableVersion: 1,
    madeToOrder: false,
    withdrawn: false,
    ...changes,
  })

  it('takes the price from the menu', () => {
    const asked = [{ itemId: 'rose', quantity: 2 }]
    expect(price('kj', asked, [item({})])).toEqual({
      lines: [{ itemId: 'rose', name: '장미', unitPrice: KRW(50_000), quantity: 2 }],
      total: KRW(100_000),
    })
  })

  it('compares the sum of an item’s lines with its stock', () => {
    const asked = [
      { itemId: 'rose', quantity: 3 },
      { itemId: 'rose', quantity: 3 },
    ]
    expect(price('kj', asked, [item({})])).toEqual({ unavailable: [{ itemId: 'rose', name: '장미' }] })
  })

  it('sells any number of what is made to order, unless it is withdrawn', () => {
    const asked = [
      { itemId: 'basket', quantity: 999 },
      { itemId: 'rose', quantity: 5 },
    ]
    const basket = item({ id: 'basket', name: '꽃바구니', available: 0, madeToOrder: true })
    expect(price('kj', asked, [basket, item({})])).toMatchObject({ total: KRW(1_004 * 50_000) })
    const short = price('kj', asked, [basket, item({ available: 4 })])
    expect(short).toEqual({ unavailable: [{ itemId: 'rose', name: '장미' }] })
    const gone = price('kj', asked, [{ ...basket, withdrawn: true }, item({})])
    expect(gone).toEqual({ unavailable: [{ itemId: 'basket', name: '꽃바구니' }] })
  })

  it.each([
    ['an item of another store', item({ storeId: 'other' })],
    ['an item only its stock is known of', item({ name: null, price: null, storeId: null })],
  ])('does not sell %s', (_, known) => {
    expect(price('kj', [{ itemId: 'rose', quantity: 1 }], [known])).toEqual({ notOnMenu: [0] })
  })

  it('does not sell unknown or withdrawn items', () => {
    expect(price('kj', [{ itemId: 'rose', quantity: 1 }], [])).toEqual({ notOnMenu: [0] })
    expect(price('kj', [{ itemId: 'rose', quantity: 1 }], [item({ withdrawn: true })])).toHaveProperty('unavailable')
  })
})
