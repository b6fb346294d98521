import { describe } from '@jest/globals'
import { contextInMemory } from '../../scripts/testing/context-in-memory.ts'
import type { Tables } from './application/ports.ts'
import { chargingBehaviour } from './testing/charging.ts'
import { closingBehaviour } from './testing/closing.ts'
import { limitsBehaviour } from './testing/limits.ts'
import type { Keeping } from './testing/rig.ts'

describe('payment, in memory', () => {
  chargingBehaviour(inMemory)
  closingBehaviour(inMemory)
  limitsBehaviour(inMemory)
})

async function inMemory(): Promise<Keeping> {
  const { ports, rows, said } = contextInMemory<Tables>(['payments', 'payers'])
  const dueAt = async (now: Date, limit: number) => {
    const due = rows('payments').filter((payment) => payment.dueAt && payment.dueAt <= now)
    return due.slice(0, limit).map(({ id }) => id)
  }
  return { transact: ports.transact, dueAt, said }
}
