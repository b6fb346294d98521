import { describe } from '@jest/globals'
import { emptyStore, memoryTransactions } from '../../chassis/memory/transactions.ts'
import { keyOf, type SaidBy } from '../../schema/events/facts.ts'
import type { Payment } from './domain/payment.ts'
import { chargingBehaviour } from './testing/charging.ts'
import { closingBehaviour } from './testing/closing.ts'
import type { Keeping } from './testing/rig.ts'
import { stamp } from './testing/rig.ts'

describe('payment, in memory', () => {
  chargingBehaviour(inMemory)
  closingBehaviour(inMemory)
})

async function inMemory(): Promise<Keeping> {
  const store = emptyStore()
  const facts: { type: string; cause: string; key: string }[] = []
  const keep = (said: SaidBy<'payment'>[], cause: string) => {
    for (const fact of said) stamp(fact, cause) // Throws where a fact breaks its contract.
    facts.push(...said.map((fact) => ({ type: fact.type, cause, key: keyOf(fact) })))
  }
  // The one table there is holds payments.
  const payments = () => [...(store.tables.get('payments')?.values() ?? [])].map(({ row }) => row as Payment)
  return {
    transact: memoryTransactions<{ payments: Payment }, SaidBy<'payment'>>(store, ['payments'], keep),
    dueAt: async (now, limit) =>
      payments()
        .filter(({ dueAt }) => dueAt && dueAt <= now)
        .slice(0, limit)
        .map(({ id }) => id),
    payment: async (id) => payments().find((payment) => payment.id === id) ?? null,
    said: async (orderId) => facts.filter(({ key }) => key === orderId).map(({ type, cause }) => ({ type, cause })),
  }
}
