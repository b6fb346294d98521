import { expect, it } from '@jest/globals'
import { serializeByKey } from '../../../chassis/keyed-queue.ts'
import { contextInMemory } from '../../../proofs/testing/context-in-memory.ts'
import type { Order } from '../domain/order.ts'
import { TABLES, withWindows } from '../testing/windows.ts'
import { placeOrder } from './place-order.ts'
import type { Ports, Tables } from './ports.ts'

/**
 * What a key stood for in the release before must be what it stands for now: who repeats an order during a deploy would
 * be answered IdempotencyConflict, take a new key, and pay twice. A field that is new must leave nothing in the input
 * that is read, where it is not given. If this fails, mend the input, not the digest.
 */
it('hashes the input of an idempotency key like earlier releases', async () => {
  const { ports, rows } = contextInMemory<Tables>([...TABLES])
  const id = (last: number) => `01900000-0000-7000-8000-00000000000${last}`
  const price = { amount: 50_000, currency: 'KRW' } as const
  await ports.transact(id(9), async (tx) => {
    tx.stores.save({ id: id(1), ownerId: id(2), name: 'KJSHOP' })
    tx.menu.save({
      id: id(3),
      storeId: id(1),
      name: '장미',
      price,
      priceVersion: 1,
      available: 9,
      availableVersion: 1,
      madeToOrder: false,
      withdrawn: false,
    })
  })
  const order = await placeOrder(
    {
      ...ports,
      transact: withWindows(ports.transact, async () => rows('orders')),
      now: () => new Date('2026-01-01T00:00:00Z'),
      newId: () => id(4),
      charge: async () => ({ answer: 'Approved' }),
      settings: {
        payWithinMs: 1_000,
        payForPlaceWithinMs: 1_000,
        payAfterCutOffMs: 1_000,
        mostUnpaid: 1,
        mostUnpaidPlaces: 1,
        mostDeclinedAnHour: 1,
        chargeTimeoutMs: 1_000,
      },
    } as unknown as Ports, // Only what placing uses.
    { ofCustomer: serializeByKey(), ofStore: serializeByKey() },
    id(5),
    {
      idempotencyKey: 'my first order',
      storeId: id(1),
      lines: [{ itemId: id(3), quantity: 1 }],
      recipient: { name: '김하늘', phone: '010-1234-5678', address: '경기도 성남시 분당구 1' },
      cardMessage: '생일 축하해요',
      expectedTotal: price,
      paymentToken: 'tok_ok',
    },
  )
  expect(order).toMatchObject({ type: 'OrderPayload' })
  expect(rows('orders').map(({ total }: Order) => total)).toEqual([price])
  expect(rows('keyUses').map(({ inputDigest }) => inputDigest)).toEqual(['XbZIivTupJrIsTvb_iLEBU5Fr0cWPuGZBTZ_IcWbI9k'])
})
