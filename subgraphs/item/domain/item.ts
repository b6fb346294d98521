import { type InvalidInput, invalidInput } from '../../../chassis/failures.ts'
import type { Said, SaidBy } from '../../../schema/events/facts.ts'

/** 상품. A kind of bouquet that a store sells, with its stock (docs/language.md, "item"). */
export type Item = {
  id: string
  storeId: string
  name: string
  /** Minor units. */
  price: Money
  /** The units that can still be ordered, without reserved ones. Never negative. Means nothing if `madeToOrder`. */
  available: number
  /** It has no stock: any number can be ordered. An item is this or that for ever. */
  madeToOrder: boolean
  /** The photo on the menu, in media; null if there is none. */
  photo: string | null
  /** Removed from the menu; units for earlier orders are still reserved and released. */
  withdrawn: boolean
  /** Starts at 1 and increases with every change, so that other contexts can order the facts. */
  itemVersion: number
}

export type Money = { amount: number; currency: 'KRW' }

/** The item after a decision, and the facts to say. */
export type Decision = { item: Item; says: SaidBy<'item'>[] }

/** More than any florist has of an item. It catches typing errors, and keeps sums within GraphQL's Int. */
export const MOST_STOCK = 1_000_000

/**
 * What a row of an item that is made to order has in `available`, and keeps. A process of the release before, which runs beside this one
 * during a roll, takes it for the stock: with 0 it would cancel orders that can be made, for want of stock.
 */
const STOCK_FOR_RELEASE_BEFORE = 1_000_000_000

/** Registers a new item on its store's menu. Without a stock it is made to order. */
export function register(given: Pick<Item, 'id' | 'storeId' | 'name' | 'price'> & { stock: number | null }): Decision {
  const { stock, ...rest } = given
  const item: Item = {
    ...rest,
    available: stock ?? STOCK_FOR_RELEASE_BEFORE,
    madeToOrder: stock === null,
    photo: null,
    withdrawn: false,
    itemVersion: 1,
  }
  const { storeId, name, price } = item
  return { item, says: [{ type: 'ItemRegistered', data: { ...stockLevel(item), storeId, name, price } }] }
}

/** Adds `delta` units, or, if it is negative, removes units that are not reserved. */
export function changeStock(item: Item, delta: number): Decision | InvalidInput {
  if (item.madeToOrder) {
    const message = 'This item is made to order: it has no stock to change.'
    return invalidInput([{ path: ['itemId'], code: 'NOT_ALLOWED', message }])
  }
  const available = item.available + delta
  const path = ['delta']
  if (available < 0) {
    const message = `Only ${item.available} units are available: no more can be removed.`
    return invalidInput([{ path, code: 'TOO_SMALL', limit: 0 - item.available, message }])
  }
  if (available > MOST_STOCK) {
    const message = `The stock would be ${available}, but may be at most ${MOST_STOCK}.`
    return invalidInput([{ path, code: 'TOO_LARGE', limit: MOST_STOCK - item.available, message }])
  }
  const changed = withStock(item, delta)
  return { item: changed, says: [{ type: 'StockChanged', data: stockLevel(changed) }] }
}

/** Sets the price for future orders. The same price changes nothing. */
export function changePrice(item: Item, price: Money): Decision {
  if (price.amount === item.price.amount && price.currency === item.price.currency) return { item, says: [] }
  const itemVersion = item.itemVersion + 1
  return {
    item: { ...item, price, itemVersion },
    says: [{ type: 'ItemPriceChanged', data: { itemId: item.id, price, itemVersion } }],
  }
}

/** Sets the photo on the menu, or removes it. Nobody else keeps it, so nothing is said. */
export const showPhoto = (item: Item, photo: string | null): Item => (photo === item.photo ? item : { ...item, photo })

/** Removes the item from the menu permanently. A second time changes nothing. */
export function withdraw(item: Item): Decision {
  if (item.withdrawn) return { item, says: [] }
  const itemVersion = item.itemVersion + 1
  return {
    item: { ...item, withdrawn: true, itemVersion },
    says: [{ type: 'ItemWithdrawn', data: { itemId: item.id, itemVersion } }],
  }
}

/** Whether `quantity` units of it can be reserved. */
export const hasEnough = (item: Item, quantity: number): boolean => item.madeToOrder || item.available >= quantity

/** The item with its stock changed by `delta`. One that is made to order has none, and is not changed. */
export const withStock = (item: Item, delta: number): Item =>
  item.madeToOrder ? item : { ...item, available: item.available + delta, itemVersion: item.itemVersion + 1 }

/** The data about an item's stock in facts. */
export const stockLevel = ({ id, available, madeToOrder, itemVersion }: Item): Said<'StockChanged'>['data'] =>
  madeToOrder ? { itemId: id, available: 0, madeToOrder, itemVersion } : { itemId: id, available, itemVersion }
