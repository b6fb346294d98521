import { expect, it } from '@jest/globals'
import { isUnpaid, type Order } from '../domain/order.ts'
import { someOrder } from '../testing/orders.ts'
import { expireOrders } from './expire-orders.ts'
import type { Ports } from './ports.ts'

const rig = (count: number, broken?: string) => {
  const ids = Array.from({ length: count }, (_, index) => `order ${index}`)
  const orders = new Map(ids.map((id) => [id, { ...someOrder('AWAITING_PAYMENT'), id }]))
  const find = async (id: string) => {
    if (id === broken) throw new Error('This one is broken.')
    return orders.get(id)
  }
  const tx = { orders: { find, save: (order: Order) => orders.set(order.id, order) }, say: () => {} }
  const unpaid = () => [...orders.values()].filter(isUnpaid).map(({ id }) => id)
  const ports = {
    now: () => new Date(),
    newId: () => 'cause',
    settings: { expireAfterMs: 0 },
    unpaidSince: async (_: Date, limit: number) => unpaid().slice(0, limit),
    transact: async (_: string, work: (inside: typeof tx) => Promise<unknown>) => work(tx),
  } as unknown as Ports // Only what expiring uses.
  return { ports, unpaid }
}

it('expires every order that is due, more than one batch, too', async () => {
  const { ports, unpaid } = rig(7)
  expect(await expireOrders(ports, 3)).toBe(7)
  expect(unpaid()).toEqual([])
})

it('is not held up by one that can not be ended', async () => {
  const { ports, unpaid } = rig(3, 'order 0')
  await expect(expireOrders(ports, 3)).rejects.toThrow('broken')
  expect(unpaid()).toEqual(['order 0'])
})
