import type { Item } from '../../../subgraphs/item/domain/item.ts'
import type { Reservation } from '../../../subgraphs/item/domain/reservation.ts'
import type { MenuItem } from '../../../subgraphs/order/domain/menu.ts'
import type { Order } from '../../../subgraphs/order/domain/order.ts'
import type { Records } from '../people/requests.ts'
import type { World } from '../world.ts'
import { factsOf } from './facts.ts'
import { assertRule } from './violation.ts'

/** Available and reserved units add up to those registered and added, but for items without a stock, and order's menu agrees. */
export function checkStock({ databases }: World, { stockChanges }: Records): void {
  const published = factsOf(databases.item)
  for (const { id, available, madeToOrder, price, withdrawn } of databases.item.rows<Item>('items')) {
    const registered = published.find((fact) => fact.type === 'ItemRegistered' && fact.data.itemId === id)
    const first = registered?.type === 'ItemRegistered' ? registered.data.available : 0
    const changes = [...stockChanges.values()].filter(({ itemId }) => itemId === id)
    const added = changes.reduce((sum, { delta }) => sum + delta, first)
    const sold = reservedOf(databases.item.rows<Reservation>('reservations'), id)
    const rule = 'available + sold = registered + changes'
    assertRule(
      rule,
      madeToOrder || available + sold === added,
      () => `${id}: ${added} were added, ${sold} are sold, ${available} are left.`,
    )
    const menu = databases.order.row<MenuItem>('menu', id)
    const sameStock = madeToOrder ? menu?.madeToOrder === true : menu?.available === available
    const shown = sameStock && menu?.price?.amount === price.amount && menu.withdrawn === withdrawn
    assertRule(
      "order's menu agrees with item",
      shown,
      () => `The menu has ${JSON.stringify(menu)} for ${id}, not ${available}.`,
    )
  }
  const prices = new Map<string, Set<number>>()
  for (const fact of published)
    if (fact.type === 'ItemRegistered' || fact.type === 'ItemPriceChanged') {
      const { itemId, price } = fact.data
      prices.set(itemId, (prices.get(itemId) ?? new Set()).add(price.amount))
    }
  for (const { id, lines } of databases.order.rows<Order>('orders'))
    for (const { itemId, unitPrice } of lines)
      assertRule("an order's prices are the menu's", prices.get(itemId)?.has(unitPrice.amount) ?? false, () => {
        return `${id} has ${itemId} for ${unitPrice.amount}, which was never its price.`
      })
}

const reservedOf = (reservations: Reservation[], itemId: string) =>
  reservations
    .filter(({ status }) => status === 'RESERVED')
    .flatMap(({ lines }) => lines)
    .filter((line) => line.itemId === itemId)
    .reduce((sum, { quantity }) => sum + quantity, 0)
