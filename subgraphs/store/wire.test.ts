import { describe } from '@jest/globals'
import { contextInMemory } from '../../proofs/testing/context-in-memory.ts'
import type { Tables } from './application/ports.ts'
import { storeBehaviour } from './testing/behaviour.ts'
import { subjectOn } from './testing/subject.ts'

describe('store, in memory', () => {
  storeBehaviour(async () => {
    const tables = ['stores', 'owners', 'calendars', 'storeOrders', 'refunds', 'keyUses'] as const
    const context = contextInMemory<Tables>([...tables])
    const isUnaccepted = (at: Date) => (order: Row) =>
      order.status === 'NEW' && order.acceptBy !== null && order.acceptBy <= at
    type Row = ReturnType<typeof context.rows<'storeOrders'>>[number]
    const unaccepted = (at: Date) => context.rows('storeOrders').filter(isUnaccepted(at))
    return subjectOn(context, async (at, limit) =>
      unaccepted(at)
        .slice(0, limit)
        .map(({ id }) => id),
    )
  })
})
