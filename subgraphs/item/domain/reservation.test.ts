import { describe, expect, it } from '@jest/globals'
import type { Said } from '../../../schema/events/facts.ts'
import type { Item } from './item.ts'
import { type Heard, type Reservation, react, touches } from './reservation.ts'

const won = { amount: 50_000, currency: 'KRW' as const }
const item = (id: string, available: number, more: Partial<Item> = {}): Item => ({
  id,
  storeId: 'kjshop',
  name: id,
  price: won,
  photo: null,
  available,
  madeToOrder: false,
  withdrawn: false,
  itemVersion: 1,
  ...more,
})
const line = (itemId: string, quantity: number) => ({ itemId, name: itemId, unitPrice: won, quantity })
const confirmed = (...lines: ReturnType<typeof line>[]): Said<'OrderConfirmed'> => ({
  type: 'OrderConfirmed',
  data: { orderId: 'order', customerId: 'lee', storeId: 'kjshop', lines },
})
const cancelled: Said<'OrderCancelled'> = { type: 'OrderCancelled', data: { orderId: 'order', reason: 'CUSTOMER' } }
const rejected: Said<'Rejected'> = { type: 'Rejected', data: { orderId: 'order' } }
const reserved: Reservation = { id: 'order', status: 'RESERVED', lines: [{ itemId: 'roses', quantity: 2 }] }

describe('none, OrderConfirmed', () => {
  it('reserves every line if there is enough stock, and repeats the order’s data', () => {
    const fact = confirmed(line('roses', 2), line('tulips', 1))
    expect(react(null, fact, [item('roses', 2), item('tulips', 9, { itemVersion: 4 })])).toEqual({
      reservation: {
        id: 'order',
        status: 'RESERVED',
        lines: [
          { itemId: 'roses', quantity: 2 },
          { itemId: 'tulips', quantity: 1 },
        ],
      },
      items: [item('roses', 0, { itemVersion: 2 }), item('tulips', 8, { itemVersion: 5 })],
      says: [
        {
          type: 'StockReserved',
          data: {
            ...fact.data,
            stock: [
              { itemId: 'roses', available: 0, itemVersion: 2 },
              { itemId: 'tulips', available: 8, itemVersion: 5 },
            ],
          },
        },
      ],
    })
  })

  it('reserves nothing if there is too little of one item', () => {
    const fact = confirmed(line('roses', 2), line('tulips', 1))
    expect(react(null, fact, [item('roses', 1), item('tulips', 9)])).toEqual({
      reservation: { id: 'order', status: 'OUT', lines: [] },
      items: [],
      says: [{ type: 'ItemOutOfStock', data: { orderId: 'order', itemIds: ['roses'] } }],
    })
  })

  it('adds up the lines of one item', () => {
    const fact = confirmed(line('roses', 2), line('roses', 1))
    expect(react(null, fact, [item('roses', 2)])).toMatchObject({ says: [{ data: { itemIds: ['roses'] } }] })
    const outcome = react(null, fact, [item('roses', 3)])
    expect(outcome?.items).toEqual([item('roses', 0, { itemVersion: 2 })])
    expect(outcome?.says).toMatchObject([{ data: { lines: fact.data.lines, stock: [{ itemId: 'roses' }] } }])
  })

  it('treats an unknown item as out of stock, and a withdrawn one like any other', () => {
    const fact = confirmed(line('roses', 1), line('unknown', 1))
    expect(react(null, fact, [item('roses', 9)])).toMatchObject({ says: [{ data: { itemIds: ['unknown'] } }] })
    const gone = item('roses', 1, { withdrawn: true })
    expect(react(null, confirmed(line('roses', 1)), [gone])).toMatchObject({ items: [{ available: 0 }] })
  })
})

describe('an order of what is made to order', () => {
  const basket = item('basket', 7, { madeToOrder: true, itemVersion: 3 })
  const level = { itemId: 'basket', available: 0, madeToOrder: true, itemVersion: 3 }

  it('is always reserved, and changes nothing of the item', () => {
    expect(react(null, confirmed(line('basket', 999)), [basket])).toMatchObject({
      reservation: { status: 'RESERVED', lines: [{ itemId: 'basket', quantity: 999 }] },
      items: [basket],
      says: [{ type: 'StockReserved', data: { stock: [level] } }],
    })
  })

  it('is reserved with the lines that have a stock, or not at all', () => {
    const fact = confirmed(line('basket', 9), line('roses', 2))
    const reservedBoth = react(null, fact, [basket, item('roses', 2)])
    expect(reservedBoth?.items).toEqual([basket, item('roses', 0, { itemVersion: 2 })])
    const stock = [level, { itemId: 'roses', available: 0, itemVersion: 2 }]
    expect(reservedBoth?.says).toEqual([{ type: 'StockReserved', data: { ...fact.data, stock } }])
    const out = { type: 'ItemOutOfStock', data: { orderId: 'order', itemIds: ['roses'] } }
    expect(react(null, fact, [basket, item('roses', 1)])).toMatchObject({ items: [], says: [out] })
  })

  it('returns only what has a stock when it is cancelled', () => {
    const lines = [{ itemId: 'basket', quantity: 9 }, ...reserved.lines]
    const outcome = react({ ...reserved, lines }, cancelled, [basket, item('roses', 1, { itemVersion: 7 })])
    expect(outcome?.items).toEqual([basket, item('roses', 3, { itemVersion: 8 })])
    const stock = [level, { itemId: 'roses', available: 3, itemVersion: 8 }]
    expect(outcome?.says).toEqual([{ type: 'StockReleased', data: { orderId: 'order', stock } }])
  })
})

describe('what the customer was promised', () => {
  const promise = { startsAt: '2026-05-08T00:00:00.000Z', endsAt: '2026-05-08T03:00:00.000Z', timeZone: 'Asia/Seoul' }

  it.each([{}, { promise }, { substitution: 'SAME_ONLY' as const }, { promise, substitution: 'EQUAL_VALUE' as const }])(
    'is handed on as the order has it: %j',
    (promised) => {
      const fact = confirmed(line('roses', 2))
      const data = { ...fact.data, ...promised }
      const outcome = react(null, { ...fact, data }, [item('roses', 2)])
      expect(outcome?.says.map(({ data }) => data)).toStrictEqual([
        { ...data, stock: [{ itemId: 'roses', available: 0, itemVersion: 2 }] },
      ])
    },
  )
})

describe('a cancelled or rejected order', () => {
  it.each([cancelled, rejected])('returns the reserved stock: %j', (fact) => {
    expect(react(reserved, fact, [item('roses', 1, { itemVersion: 7 })])).toEqual({
      reservation: { ...reserved, status: 'RELEASED' },
      items: [item('roses', 3, { itemVersion: 8 })],
      says: [
        {
          type: 'StockReleased',
          data: { orderId: 'order', stock: [{ itemId: 'roses', available: 3, itemVersion: 8 }] },
        },
      ],
    })
  })

  it('leaves a tombstone if nothing was reserved yet', () => {
    const tombstone = { id: 'order', status: 'TOMBSTONE', lines: [] }
    expect(react(null, cancelled, [])).toEqual({ reservation: tombstone, items: [], says: [] })
  })
})

const at = (status: Reservation['status']): Reservation => ({ ...reserved, status })
const ignored: [Reservation | null, Said<Heard>][] = [
  [null, rejected],
  ...(['RESERVED', 'OUT', 'RELEASED', 'TOMBSTONE'] as const).map((status): [Reservation, Said<Heard>] => [
    at(status),
    confirmed(line('roses', 1)),
  ]),
  ...(['OUT', 'RELEASED', 'TOMBSTONE'] as const).flatMap((status): [Reservation, Said<Heard>][] => [
    [at(status), cancelled],
    [at(status), rejected],
  ]),
]

describe('a fact that comes twice or too late', () => {
  it.each(ignored)('changes nothing: %j, %j', (reservation, fact) => {
    expect(touches(reservation, fact)).toEqual([])
    expect(react(reservation, fact, [item('roses', 5)])).toBeNull()
  })
})

describe('the items a fact touches', () => {
  it('are the order’s items, each once, or the reserved ones; none if none changes', () => {
    expect(touches(null, confirmed(line('roses', 1), line('tulips', 1), line('roses', 1)))).toEqual(['roses', 'tulips'])
    expect(touches(reserved, rejected)).toEqual(['roses'])
    expect(touches(reserved, cancelled)).toEqual(['roses'])
    expect(touches(null, cancelled)).toEqual([])
  })
})
