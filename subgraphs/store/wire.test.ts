import { describe } from '@jest/globals'
import { newId } from '../../chassis/ids.ts'
import { emptyStore, memoryTransactions } from '../../chassis/memory/transactions.ts'
import { keyOf, type Said, type SaidBy } from '../../schema/events/facts.ts'
import { stampWith } from '../../schema/events/stamp.ts'
import type { Rows } from './application/ports.ts'
import { storeBehaviour } from './testing/behaviour.ts'
import { wire } from './wire.ts'

describe('store, in memory', () => {
  storeBehaviour(async () => {
    const facts: Said[] = []
    const stamp = stampWith({ now: () => new Date(), newId })
    const transact = memoryTransactions<Rows, SaidBy<'store'>>(
      emptyStore(),
      ['stores', 'storeOrders', 'keyUses'],
      (said, cause) => {
        for (const fact of said) stamp(fact, cause) // Throws where a fact breaks its contract.
        facts.push(...said)
      },
    )
    return { store: wire({ transact, newId }), said: async (key) => facts.filter((fact) => keyOf(fact) === key) }
  })
})
