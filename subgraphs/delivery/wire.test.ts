import { describe } from '@jest/globals'
import { contextInMemory } from '../../proofs/testing/context-in-memory.ts'
import type { Tables } from './application/ports.ts'
import { deliveryBehaviour, deliveryOn } from './testing/behaviour.ts'

describe('delivery, in memory', () => {
  deliveryBehaviour(async () => {
    const context = contextInMemory<Tables>(['deliveries', 'calendars'])
    const dueAt = async (now: Date, limit: number) =>
      context
        .rows('deliveries')
        .filter(({ dueAt }) => dueAt && dueAt <= now)
        .slice(0, limit)
        .map(({ id }) => id)
    return { ...context, ...deliveryOn({ ...context.ports, dueAt }) }
  })
})
