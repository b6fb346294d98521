import { describe } from '@jest/globals'
import { contextInMemory } from '../../proofs/testing/context-in-memory.ts'
import type { Tables } from './application/ports.ts'
import { MOST_STORES, storeBehaviour } from './testing/behaviour.ts'
import { wire } from './wire.ts'

describe('store, in memory', () => {
  storeBehaviour(async () => {
    const context = contextInMemory<Tables>(['stores', 'owners', 'storeOrders', 'refunds', 'keyUses'])
    return { ...context, store: wire({ ...context.ports, settings: { mostStores: MOST_STORES } }) }
  })
})
