import { describe } from '@jest/globals'
import { contextInMemory } from '../../proofs/testing/context-in-memory.ts'
import type { Tables } from './application/ports.ts'
import { orderBehaviour } from './testing/behaviour.ts'
import type { Keeping } from './testing/rig.ts'
import { TABLES, withWindows } from './testing/windows.ts'

describe('order, in memory', () => orderBehaviour(inMemory()))

function inMemory(): Keeping {
  const { ports, rows, said } = contextInMemory<Tables>([...TABLES])
  const unpaidSince = async (before: Date) =>
    rows('orders')
      .filter(({ status, payBy }) => (status === 'AWAITING_PAYMENT' || status === 'PAYMENT_FAILED') && payBy < before)
      .map(({ id }) => id)
  return { transact: withWindows(ports.transact, async () => rows('orders')), unpaidSince, said }
}
