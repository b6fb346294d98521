import { describe, expect, it } from '@jest/globals'
import { newId } from './ids.ts'
import { emptyStore, memoryTransactions } from './memory/transactions.ts'
import { type Envelope, hearWith, type Said, type Table } from './transaction.ts'

type Paid = Envelope & { type: 'Paid'; data: { orderId: string } }
type Declined = Envelope & { type: 'Declined'; data: { orderId: string } }
type Order = { id: string; paid: number }

const fact = (type: 'Paid' | 'Declined', orderId: string) =>
  ({
    id: newId(),
    type,
    version: 1,
    occurredAt: new Date().toISOString(),
    correlationId: orderId,
    causationId: newId(),
    data: { orderId },
  }) as Paid | Declined

function createHandler() {
  const published: { type: string; cause: string }[] = []
  let failures = 0
  const transact = memoryTransactions<{ orders: Order }, Said>(emptyStore(), ['orders'], (facts, cause) =>
    published.push(...facts.map(({ type }) => ({ type, cause }))),
  )
  const handle = hearWith<{ orders: Table<Order> }, Said, Paid | Declined>(transact, {
    Paid: async (tx, { data }) => {
      const order = (await tx.orders.find(data.orderId)) ?? { id: data.orderId, paid: 0 }
      tx.orders.save({ ...order, paid: order.paid + 1 })
      tx.say([{ type: 'OrderConfirmed', data: {} }])
      if (failures > 0) {
        failures -= 1
        throw new Error('the database is away')
      }
    },
  })
  const paidOf = (id: string) => transact(newId(), async (tx) => (await tx.orders.find(id))?.paid ?? 0)
  return { handle, published, paidOf, fail: () => (failures += 1) }
}

describe('handling a fact', () => {
  it('runs its policy, with the fact as the cause', async () => {
    const { handle, published, paidOf } = createHandler()
    const paid = fact('Paid', newId())
    await handle(paid)
    expect(await paidOf(paid.data.orderId)).toBe(1)
    expect(published).toEqual([{ type: 'OrderConfirmed', cause: paid.id }])
  })

  it('has its effect once, however often and however concurrently it is delivered', async () => {
    const { handle, published, paidOf } = createHandler()
    const paid = fact('Paid', newId())
    await Promise.all([handle(paid), handle(paid), handle(paid)])
    await handle(paid)
    expect([await paidOf(paid.data.orderId), published.length]).toEqual([1, 1])
  })

  it('that failed is handled when it is redelivered', async () => {
    const { handle, paidOf, fail } = createHandler()
    const paid = fact('Paid', newId())
    fail()
    await expect(handle(paid)).rejects.toThrow('away')
    expect(await paidOf(paid.data.orderId)).toBe(0)
    await handle(paid)
    expect(await paidOf(paid.data.orderId)).toBe(1)
  })

  it('of a kind not listed does nothing', async () => {
    const { handle, published } = createHandler()
    await handle(fact('Declined', newId()))
    expect(published).toEqual([])
  })
})
