import { describe } from '@jest/globals'
import { contextInMemory } from '../../proofs/testing/context-in-memory.ts'
import type { Tables } from './application/ports.ts'
import { settings } from './testing/rig.ts'
import { itemSuite } from './testing/suite.ts'

describe('the item context in memory', () => {
  itemSuite(async () => {
    const context = contextInMemory<Tables>(['items', 'reservations', 'stores', 'keyUses', 'photoUses'])
    return { ...context, ports: { ...context.ports, settings } }
  })
})
