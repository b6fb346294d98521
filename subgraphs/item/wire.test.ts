import { describe } from '@jest/globals'
import type { KeyUse } from '../../chassis/idempotency.ts'
import { newId } from '../../chassis/ids.ts'
import { emptyStore, memoryTransactions } from '../../chassis/memory/transactions.ts'
import type { SaidBy } from '../../schema/events/facts.ts'
import type { KnownStore } from './application/ports.ts'
import type { Item } from './domain/item.ts'
import type { Reservation } from './domain/reservation.ts'
import { itemSuite } from './testing/suite.ts'

type Rows = { items: Item; reservations: Reservation; stores: KnownStore; keyUses: KeyUse }

describe('the item context in memory', () => {
  itemSuite(async () => {
    const said: SaidBy<'item'>[] = []
    const transact = memoryTransactions<Rows, SaidBy<'item'>>(
      emptyStore(),
      ['items', 'reservations', 'stores', 'keyUses'],
      (facts) => void said.push(...facts),
    )
    return { ports: { newId, transact }, said: async () => said }
  })
})
