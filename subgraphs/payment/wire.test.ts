import { describe, expect, it } from '@jest/globals'
import { CALLER_GUARD_SETTINGS, createGuard } from '../../chassis/guard.ts'
import { newId } from '../../chassis/ids.ts'
import { contextInMemory } from '../../proofs/testing/context-in-memory.ts'
import type { Tables } from './application/ports.ts'
import { guarded } from './outbound/provider/guarded.ts'
import { memoryProvider, type NetworkFaults } from './outbound/provider/memory.ts'
import { chargingBehaviour } from './testing/charging.ts'
import { closingBehaviour } from './testing/closing.ts'
import { knownRefundsBehaviour } from './testing/known-refunds.ts'
import { limitsBehaviour } from './testing/limits.ts'
import { orderingBehaviour } from './testing/ordering.ts'
import { amount, customerId, unheardAmong } from './testing/payments.ts'
import { refundingBehaviour } from './testing/refunding.ts'
import { gate, type Keeping, rigOn } from './testing/rig.ts'

describe('payment, in memory', () => {
  chargingBehaviour(inMemory)
  closingBehaviour(inMemory)
  limitsBehaviour(inMemory)
  orderingBehaviour(inMemory)
  refundingBehaviour(inMemory)
  knownRefundsBehaviour(inMemory)
})

describe('a customer whose charges take all there is', () => {
  it('is answered at once, without an attempt; refunds are still sent', async () => {
    const network: NetworkFaults = {}
    const guard = createGuard({ ...CALLER_GUARD_SETTINGS, maxConcurrent: 1 })
    const keeping = await inMemory()
    const at = rigOn(keeping)
    const payment = at.replica({ provider: guarded(memoryProvider(network), guard, 1) })
    expect(await at.charge('tok_ok', payment)).toBe('Approved')

    const way = gate()
    network.beforeEffect = async ({ type }) => {
      if (type === 'charge') await way.pass()
      return 'arrives'
    }
    const charge = (orderId: string) => payment.commands.charge({ orderId, customerId, amount, token: 'tok_slow' })
    const slow = charge(newId())
    await way.reached
    const another = newId()
    expect(await charge(another)).toBe('Unavailable')
    expect(await keeping.transact(newId(), (tx) => tx.payments.find(another))).toBeNull()

    await at.hear('OrderCancelled', payment)
    await at.settle([payment], 0)
    expect(await at.said()).toEqual(['Paid', 'PaymentCancelled'])
    way.open()
    expect(await slow).toBe('Approved')
  })
})

async function inMemory(): Promise<Keeping> {
  const { ports, rows, said } = contextInMemory<Tables>(['payments', 'payers', 'stores'])
  const dueAt = async (now: Date, limit: number) => {
    const due = rows('payments').filter((payment) => payment.dueAt && payment.dueAt <= now)
    return due.slice(0, limit).map(({ id }) => id)
  }
  const unheard = async (afterMs: number) => unheardAmong(rows('payments'), afterMs)
  return { transact: ports.transact, dueAt, unheard, said }
}
