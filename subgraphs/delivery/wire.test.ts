import { describe } from '@jest/globals'
import { newId } from '../../chassis/ids.ts'
import { emptyStore, memoryTransactions } from '../../chassis/memory/transactions.ts'
import { keyOf, type Said, type SaidBy } from '../../schema/events/facts.ts'
import { stampWith } from '../../schema/events/stamp.ts'
import type { Rows } from './application/ports.ts'
import { deliveryBehaviour } from './testing/behaviour.ts'
import { wire } from './wire.ts'

describe('delivery, in memory', () => {
  deliveryBehaviour(async () => {
    const clock = { now: () => new Date(), newId }
    const facts: Said[] = []
    const stamp = stampWith(clock)
    const transact = memoryTransactions<Rows, SaidBy<'delivery'>>(emptyStore(), ['deliveries'], (said, cause) => {
      for (const fact of said) stamp(fact, cause) // Throws where a fact breaks its contract.
      facts.push(...said)
    })
    return { delivery: wire({ ...clock, transact }), said: async (id) => facts.filter((fact) => keyOf(fact) === id) }
  })
})
