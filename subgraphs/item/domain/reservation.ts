import type { Said, SaidBy } from '../../../schema/events/facts.ts'
import { hasEnough, type Item, stockLevel, withStock } from './item.ts'

/** The units reserved for one order. It has the order's id. TOMBSTONE: the order was cancelled before it was confirmed. */
export type Reservation = {
  id: string
  status: 'RESERVED' | 'OUT' | 'RELEASED' | 'TOMBSTONE'
  /** One line for each item, which adds up the order's lines. Empty if nothing was reserved. */
  lines: ReservedLine[]
}

export type ReservedLine = { itemId: string; quantity: number }

/** The facts about orders that change reservations. */
export type Heard = 'OrderConfirmed' | 'OrderCancelled' | 'Rejected'

/** The reservation and its items after a decision, and the facts to say. */
export type Outcome = { reservation: Reservation; items: Item[]; says: SaidBy<'item'>[] }

type Act = 'reserve' | 'release' | 'bury'

/** docs/language.md, "item". A pair that is not listed changes nothing. */
const ACTS: { [Status in Reservation['status'] | 'none']: { [Name in Heard]?: Act } } = {
  none: { OrderConfirmed: 'reserve', OrderCancelled: 'bury' },
  RESERVED: { OrderCancelled: 'release', Rejected: 'release' },
  OUT: {},
  RELEASED: {},
  TOMBSTONE: {},
}

const actOn = (reservation: Reservation | null, fact: Said<Heard>) => ACTS[reservation?.status ?? 'none'][fact.type]

/** The ids of the items whose stock `react` needs; none if the fact changes none. */
export function touches(reservation: Reservation | null, fact: Said<Heard>): string[] {
  const act = actOn(reservation, fact)
  if (act === 'release') return reservation?.lines.map((line) => line.itemId) ?? []
  return act === 'reserve' && fact.type === 'OrderConfirmed' ? addUp(fact.data.lines).map((line) => line.itemId) : []
}

/** The effect of a fact; `items` are those of `touches` that exist. Null: nothing changes. */
export function react(reservation: Reservation | null, fact: Said<Heard>, items: Item[]): Outcome | null {
  const act = actOn(reservation, fact)
  if (act === 'reserve' && fact.type === 'OrderConfirmed') return reserve(fact.data, items)
  if (act === 'release' && reservation) return release(reservation, items)
  if (act === 'bury') {
    return { reservation: { id: fact.data.orderId, status: 'TOMBSTONE', lines: [] }, items: [], says: [] }
  }
  return null
}

/**
 * Reserves all lines or none. A withdrawn item is reserved, too; an unknown one counts as out of stock. Of an item that is made to order
 * there is always enough.
 */
function reserve(order: Said<'OrderConfirmed'>['data'], items: Item[]): Outcome {
  const { orderId, customerId, storeId, lines, promise, substitution } = order
  const wanted = addUp(lines)
  const itemOf = new Map(items.map((item) => [item.id, item]))
  const short = wanted.filter(({ itemId, quantity }) => {
    const item = itemOf.get(itemId)
    return !item || !hasEnough(item, quantity)
  })
  if (short.length) {
    const itemIds = short.map((line) => line.itemId)
    const reservation: Reservation = { id: orderId, status: 'OUT', lines: [] }
    return { reservation, items: [], says: [{ type: 'ItemOutOfStock', data: { orderId, itemIds } }] }
  }
  const reserved = move(items, wanted, -1)
  const data = {
    orderId,
    customerId,
    storeId,
    lines,
    stock: reserved.map(stockLevel),
    ...(promise && { promise }),
    ...(substitution && { substitution }),
  }
  return {
    reservation: { id: orderId, status: 'RESERVED', lines: wanted },
    items: reserved,
    says: [{ type: 'StockReserved', data }],
  }
}

function release(reservation: Reservation, items: Item[]): Outcome {
  const released = move(items, reservation.lines, +1)
  return {
    reservation: { ...reservation, status: 'RELEASED' },
    items: released,
    says: [{ type: 'StockReleased', data: { orderId: reservation.id, stock: released.map(stockLevel) } }],
  }
}

/** The items with the lines' quantities removed (-1) or returned (+1). */
function move(items: Item[], lines: ReservedLine[], direction: 1 | -1): Item[] {
  const quantityOf = new Map(lines.map((line) => [line.itemId, line.quantity]))
  return items.map((item) => withStock(item, direction * (quantityOf.get(item.id) ?? 0)))
}

function addUp(lines: readonly ReservedLine[]): ReservedLine[] {
  const sums = new Map<string, number>()
  for (const { itemId, quantity } of lines) sums.set(itemId, (sums.get(itemId) ?? 0) + quantity)
  return [...sums].map(([itemId, quantity]) => ({ itemId, quantity }))
}
