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
  const customersToErase = async (after: string | null, limit: number) =>
    rows('buyers')
      .filter(({ id, erasure }) => erasure === 'DUE' && id > (after ?? ''))
      .map(({ id }) => id)
      .sort()
      .slice(0, limit)
  const transact = withWindows(ports.transact, async () => rows('orders'))
  return { transact, unpaidSince, customersToErase, said }
}
