import { describe } from '@jest/globals'
import { contextInMemory } from '../../proofs/testing/context-in-memory.ts'
import type { Tables } from './application/ports.ts'
import { deliveryBehaviour } from './testing/behaviour.ts'
import { wire } from './wire.ts'

const settings = { departEarliestMs: 3 * 60 * 60_000 }

describe('delivery, in memory', () => {
  deliveryBehaviour(async () => {
    const context = contextInMemory<Tables>(['deliveries'])
    return { ...context, delivery: wire({ ...context.ports, settings }) }
  })
})
