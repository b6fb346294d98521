import { describe } from '@jest/globals'
import { contextInMemory } from '../../proofs/testing/context-in-memory.ts'
import type { Tables } from './application/ports.ts'
import { orderBehaviour } from './testing/behaviour.ts'
import type { Keeping } from './testing/rig.ts'

describe('order, in memory', () => orderBehaviour(inMemory()))

function inMemory(): Keeping {
  const { ports, rows, said } = contextInMemory<Tables>(['orders', 'menu', 'stores', 'buyers', 'keyUses'])
  const unpaidSince = async (before: Date) =>
    rows('orders')
      .filter(({ status, payBy }) => (status === 'AWAITING_PAYMENT' || status === 'PAYMENT_FAILED') && payBy < before)
      .map(({ id }) => id)
  return { transact: ports.transact, unpaidSince, said }
}
