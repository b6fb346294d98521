import type { Fact, Said } from '../../../schema/events/facts.ts'
import type { Line, Money } from './order.ts'

/**
 * order's own copy of an item, from item's facts: so the price is never the client's, and orders can be placed while item is
 * down. Facts about an item may come in any order, so price and stock have their own versions.
 */
export type MenuItem = {
  id: string
  /** Null until ItemRegistered is heard; until then the item can't be ordered. */
  storeId: string | null
  name: string | null
  price: Money | null
  priceVersion: number
  available: number
  availableVersion: number
  /** It has no stock, and can always be ordered. Once known it stays: an item is this or that for ever. */
  madeToOrder: boolean
  withdrawn: boolean
}

export type MenuFact =
  | 'ItemRegistered'
  | 'ItemPriceChanged'
  | 'ItemWithdrawn'
  | 'StockChanged'
  | 'StockReserved'
  | 'StockReleased'

const unknownItem = (id: string): MenuItem => ({
  id,
  storeId: null,
  name: null,
  price: null,
  priceVersion: 0,
  available: 0,
  availableVersion: 0,
  madeToOrder: false,
  withdrawn: false,
})

/** The ids of the items that a fact is about. */
export function itemsIn({ type, data }: Said<MenuFact> | Fact<MenuFact>): string[] {
  return type === 'StockReserved' || type === 'StockReleased' ? data.stock.map(({ itemId }) => itemId) : [data.itemId]
}

/** The menu's entry for the item `id` after a fact about it. */
export function learn(id: string, known: MenuItem | null, fact: Said<MenuFact> | Fact<MenuFact>): MenuItem {
  const item = known ?? unknownItem(id)
  switch (fact.type) {
    case 'ItemRegistered': {
      const { storeId, name, price, itemVersion } = fact.data
      return withStock(withPrice({ ...item, storeId, name }, price, itemVersion), fact.data)
    }
    case 'ItemPriceChanged':
      return withPrice(item, fact.data.price, fact.data.itemVersion)
    case 'ItemWithdrawn':
      return { ...item, withdrawn: true }
    case 'StockChanged':
      return withStock(item, fact.data)
    case 'StockReserved':
    case 'StockReleased': {
      const level = fact.data.stock.find(({ itemId }) => itemId === id)
      return level ? withStock(item, level) : item
    }
  }
}

const withPrice = (item: MenuItem, price: Money, version: number): MenuItem =>
  version > item.priceVersion ? { ...item, price, priceVersion: version } : item

type StockLevel = { available: number; madeToOrder?: boolean; itemVersion: number }

/**
 * `madeToOrder` has no version: a process of item of the release before does not know of it, and leaves it out of the facts about an item
 * for which an earlier fact said so.
 */
function withStock(item: MenuItem, level: StockLevel): MenuItem {
  const known = level.madeToOrder ? { ...item, madeToOrder: true } : item
  return level.itemVersion > known.availableVersion
    ? { ...known, available: level.available, availableVersion: level.itemVersion }
    : known
}

/** The priced lines; or the indexes of the lines that are not on the store's menu; or the items with too little stock. */
export type Priced =
  | { lines: Line[]; total: Money }
  | { notOnMenu: number[] }
  | { unavailable: { itemId: string; name: string }[] }

/** Prices the lines by the menu. Several lines of the same item are compared with its stock together. */
export function price(storeId: string, requested: { itemId: string; quantity: number }[], menu: MenuItem[]): Priced {
  const byId = new Map(menu.map((item) => [item.id, item]))
  const lines: Line[] = []
  const notOnMenu: number[] = []
  const quantities = new Map<string, number>()
  for (const [index, { itemId, quantity }] of requested.entries()) {
    const item = byId.get(itemId)
    if (!item?.name || !item.price || item.storeId !== storeId) {
      notOnMenu.push(index)
      continue
    }
    quantities.set(itemId, (quantities.get(itemId) ?? 0) + quantity)
    lines.push({ itemId, name: item.name, unitPrice: item.price, quantity })
  }
  if (notOnMenu.length) return { notOnMenu }
  const unavailable = menu.filter(
    ({ id, withdrawn, madeToOrder, available }) => withdrawn || (!madeToOrder && available < (quantities.get(id) ?? 0)),
  )
  if (unavailable.length) return { unavailable: unavailable.map(({ id, name }) => ({ itemId: id, name: name ?? '' })) }
  const amount = lines.reduce((sum, line) => sum + line.unitPrice.amount * line.quantity, 0)
  return { lines, total: { amount, currency: 'KRW' } }
}
