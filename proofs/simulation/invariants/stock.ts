import type { Item } from '../../../subgraphs/item/domain/item.ts'
import type { Reservation } from '../../../subgraphs/item/domain/reservation.ts'
import type { MenuItem } from '../../../subgraphs/order/domain/menu.ts'
import type { Order } from '../../../subgraphs/order/domain/order.ts'
import type { Records } from '../people/asking.ts'
import type { World } from '../world.ts'
import { factsOf } from './facts.ts'
import { holds } from './violation.ts'

/** Reserved units are sold or returned, available and sold units add up to those that came in, and order's menu agrees. */
export function stockAddsUp({ databases }: World, { stockChanges }: Records): void {
  const said = factsOf(databases.item)
  for (const { id, available, price, withdrawn } of databases.item.rows<Item>('items')) {
    const registered = said.find((fact) => fact.type === 'ItemRegistered' && fact.data.itemId === id)
    const first = registered?.type === 'ItemRegistered' ? registered.data.available : 0
    const changes = [...stockChanges.values()].filter(({ itemId }) => itemId === id)
    const came = changes.reduce((sum, { delta }) => sum + delta, first)
    const sold = reservedOf(databases.item.rows<Reservation>('reservations'), id)
    const rule = 'available and sold is registered and changed'
    holds(rule, available + sold === came, () => `Of ${id} ${came} came in, ${sold} are sold, ${available} are left.`)
    const menu = databases.order.row<MenuItem>('menu', id)
    const shown = menu?.available === available && menu.price?.amount === price.amount && menu.withdrawn === withdrawn
    holds('the menu shows what there is', shown, () => `Of ${id} it shows ${JSON.stringify(menu)}, not ${available}.`)
  }
  const prices = new Map<string, Set<number>>()
  for (const fact of said)
    if (fact.type === 'ItemRegistered' || fact.type === 'ItemPriceChanged') {
      const { itemId, price } = fact.data
      prices.set(itemId, (prices.get(itemId) ?? new Set()).add(price.amount))
    }
  for (const { id, lines } of databases.order.rows<Order>('orders'))
    for (const { itemId, unitPrice } of lines)
      holds('the price is the menu’s', prices.get(itemId)?.has(unitPrice.amount) ?? false, () => {
        return `${id} has ${itemId} for ${unitPrice.amount}, which it never cost.`
      })
}

const reservedOf = (reservations: Reservation[], itemId: string) =>
  reservations
    .filter(({ status }) => status === 'RESERVED')
    .flatMap(({ lines }) => lines)
    .filter((line) => line.itemId === itemId)
    .reduce((sum, { quantity }) => sum + quantity, 0)
