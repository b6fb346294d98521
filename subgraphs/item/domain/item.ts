import { type InvalidInput, invalidInput } from '../../../chassis/failures.ts'
import type { SaidBy } from '../../../schema/events/facts.ts'

/** 상품. A kind of bouquet a store sells, and how many of it there are (docs/language.md, "item"). */
export type Item = {
  id: string
  storeId: string
  name: string
  /** Minor units. */
  price: Money
  /** Units that can still be ordered: what is reserved is not among them. Never below zero. */
  available: number
  /** Off the menu; what was ordered before is still reserved and released. */
  withdrawn: boolean
  /** From 1, one more with every change: who hears of several changes knows the newest by it. */
  itemVersion: number
}

export type Money = { amount: number; currency: 'KRW' }

/** What becomes of an item, and what is said of it. */
export type Decision = { item: Item; says: SaidBy<'item'>[] }

/** No florist has more of one thing; it keeps typing errors out, and every sum far inside GraphQL's Int. */
export const MOST_STOCK = 1_000_000

/** Puts a new item on its store's menu. */
export function register(given: Pick<Item, 'id' | 'storeId' | 'name' | 'price'> & { stock: number }): Decision {
  const { stock, ...rest } = given
  const item: Item = { ...rest, available: stock, withdrawn: false, itemVersion: 1 }
  const { storeId, name, price } = item
  return { item, says: [{ type: 'ItemRegistered', data: { ...stockLevel(item), storeId, name, price } }] }
}

/** `delta` units come in (or, below zero, are taken out: at most those that nobody has ordered). */
export function changeStock(item: Item, delta: number): Decision | InvalidInput {
  const available = item.available + delta
  if (available < 0) return wrongDelta(`Only ${item.available} units are available: no more can be removed.`)
  if (available > MOST_STOCK) return wrongDelta(`The stock would be ${available}, but may be at most ${MOST_STOCK}.`)
  const changed = withStock(item, delta)
  return { item: changed, says: [{ type: 'StockChanged', data: stockLevel(changed) }] }
}

const wrongDelta = (message: string) => invalidInput([{ path: ['delta'], message }])

/** Sets the price of orders to come; the same price again changes nothing. */
export function changePrice(item: Item, price: Money): Decision {
  if (price.amount === item.price.amount && price.currency === item.price.currency) return { item, says: [] }
  const itemVersion = item.itemVersion + 1
  return {
    item: { ...item, price, itemVersion },
    says: [{ type: 'ItemPriceChanged', data: { itemId: item.id, price, itemVersion } }],
  }
}

/** Takes the item off the menu for good; a second time changes nothing. */
export function withdraw(item: Item): Decision {
  if (item.withdrawn) return { item, says: [] }
  const itemVersion = item.itemVersion + 1
  return {
    item: { ...item, withdrawn: true, itemVersion },
    says: [{ type: 'ItemWithdrawn', data: { itemId: item.id, itemVersion } }],
  }
}

/** The item with so many units more. */
export const withStock = (item: Item, delta: number): Item => ({
  ...item,
  available: item.available + delta,
  itemVersion: item.itemVersion + 1,
})

/** What others need to know of an item's stock. */
export const stockLevel = ({ id, available, itemVersion }: Item) => ({ itemId: id, available, itemVersion })
