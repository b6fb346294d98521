import { beforeEach, describe, expect, it } from '@jest/globals'
import { idempotencyConflict } from './failures.ts'
import { digestOf, type KeyUse, onceForKey } from './idempotency.ts'
import { newId } from './ids.ts'
import { emptyStore, memoryTransactions } from './memory/transactions.ts'
import type { Table, Transact } from './transaction.ts'

describe('two inputs are the same', () => {
  it.each([
    ['in whatever order their fields stand', { a: 1, b: { c: 2, d: [3] } }, { b: { d: [3], c: 2 }, a: 1 }],
    ['where a field is absent or undefined', { a: 1 }, { a: 1, b: undefined }],
  ])('%s', (_, one, other) => expect(digestOf(one)).toBe(digestOf(other)))

  it.each([
    ['a value differs', { a: 1 }, { a: 2 }],
    ['a list is in another order', [1, 2], [2, 1]],
    ['a field is null in one', { a: 1 }, { a: 1, b: null }],
    ['one is a list of pairs', { a: 1 }, [['a', 1]]],
    ['a time differs', { at: new Date(1) }, { at: new Date(2) }],
    ['a number is a text in one', { a: 1 }, { a: '1' }],
    ['the same fields are nested otherwise', { a: { b: 1 }, c: 2 }, { a: { b: 1, c: 2 } }],
  ])('but not where %s', (_, one, other) => expect(digestOf(one)).not.toBe(digestOf(other)))
})

describe('a row created once per key', () => {
  type Store = { id: string; name: string }
  let transact: Transact<{ stores: Table<Store>; keyUses: Table<KeyUse> }, never>
  let created: number

  beforeEach(() => {
    created = 0
    transact = memoryTransactions<{ stores: Store; keyUses: KeyUse }, never>(
      emptyStore(),
      ['stores', 'keyUses'],
      () => {},
    )
  })
  const register = (input: object, use: { callerId?: string; operation?: string; key?: string } = {}) =>
    transact(newId(), (tx) =>
      onceForKey(
        tx.keyUses,
        tx.stores,
        { callerId: 'kj', operation: 'registerStore', key: 'k', ...use, input },
        async () => {
          created += 1
          const store = { id: newId(), name: 'KJSHOP' }
          tx.stores.save(store)
          return store
        },
      ),
    )

  it('is returned again for the same key and input', async () => {
    const first = await register({ name: 'KJSHOP' })
    expect(await register({ name: 'KJSHOP' })).toEqual(first)
    expect(created).toBe(1)
  })

  it('is created once under concurrent requests', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => register({ name: 'KJSHOP' })))
    expect(new Set(answers.map((answer) => ('id' in answer ? answer.id : answer))).size).toBe(1)
  })

  it('is not created for the same key and another input', async () => {
    await register({ name: 'KJSHOP' })
    expect(await register({ name: 'another' })).toEqual(idempotencyConflict)
    expect(created).toBe(1)
  })

  it('is separate for each caller, operation and key', async () => {
    await register({})
    await register({}, { callerId: 'lee' })
    await register({}, { operation: 'registerItem' })
    await register({}, { key: 'k2' })
    await register({}, { callerId: 'kjregister', operation: 'Store' })
    expect(created).toBe(5)
  })

  it('does not use the key if its creation fails', async () => {
    const failing = transact(newId(), (tx) =>
      onceForKey(
        tx.keyUses,
        tx.stores,
        { callerId: 'kj', operation: 'registerStore', key: 'k', input: {} },
        async () => ({
          type: 'InvalidInput',
        }),
      ),
    )
    expect(await failing).toEqual({ type: 'InvalidInput' })
    expect(await register({ name: 'another' })).toMatchObject({ name: 'KJSHOP' })
  })

  it('is returned, and no failure, if a concurrent request has created it, and left no room', async () => {
    let first: unknown
    const answer = await transact(newId(), (tx) =>
      onceForKey(
        tx.keyUses,
        tx.stores,
        { callerId: 'kj', operation: 'registerStore', key: 'k', input: {} },
        async () => {
          first ??= await register({})
          return { type: 'TooManyStores' }
        },
      ),
    )
    expect(answer).toEqual(first)
    expect(created).toBe(1)
  })
})
