import { describe } from '@jest/globals'
import { contextInMemory } from '../../proofs/testing/context-in-memory.ts'
import type { Tables } from './application/ports.ts'
import { SETTINGS, storeBehaviour } from './testing/behaviour.ts'
import { wire } from './wire.ts'

describe('store, in memory', () => {
  storeBehaviour(async () => {
    const context = contextInMemory<Tables>(['stores', 'owners', 'calendars', 'storeOrders', 'refunds', 'keyUses'])
    return { ...context, store: wire({ ...context.ports, unacceptedAt: async () => [], settings: SETTINGS }) }
  })
})
