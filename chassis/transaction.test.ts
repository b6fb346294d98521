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

function listening() {
  const said: { type: string; cause: string }[] = []
  let failures = 0
  const transact = memoryTransactions<{ orders: Order }, Said>(emptyStore(), ['orders'], (facts, cause) =>
    said.push(...facts.map(({ type }) => ({ type, cause }))),
  )
  const hear = hearWith<{ orders: Table<Order> }, Said, Paid | Declined>(transact, {
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
  return { hear, said, paidOf, fail: () => (failures += 1) }
}

describe('handling a fact', () => {
  it('runs its policy, with the fact as the cause', async () => {
    const { hear, said, paidOf } = listening()
    const paid = fact('Paid', newId())
    await hear(paid)
    expect(await paidOf(paid.data.orderId)).toBe(1)
    expect(said).toEqual([{ type: 'OrderConfirmed', cause: paid.id }])
  })

  it('has its effect once, however often and however concurrently it is delivered', async () => {
    const { hear, said, paidOf } = listening()
    const paid = fact('Paid', newId())
    await Promise.all([hear(paid), hear(paid), hear(paid)])
    await hear(paid)
    expect([await paidOf(paid.data.orderId), said.length]).toEqual([1, 1])
  })

  it('that failed is handled when it is redelivered', async () => {
    const { hear, paidOf, fail } = listening()
    const paid = fact('Paid', newId())
    fail()
    await expect(hear(paid)).rejects.toThrow('away')
    expect(await paidOf(paid.data.orderId)).toBe(0)
    await hear(paid)
    expect(await paidOf(paid.data.orderId)).toBe(1)
  })

  it('of a kind not listed does nothing', async () => {
    const { hear, said } = listening()
    await hear(fact('Declined', newId()))
    expect(said).toEqual([])
  })
})
