import type { KeyUse } from '../../../chassis/idempotency.ts'
import { newId } from '../../../chassis/ids.ts'
import { emptyStore, memoryTransactions } from '../../../chassis/memory/transactions.ts'
import { readFact, type Said, type SaidBy } from '../../../schema/events/facts.ts'
import { stampWith } from '../../../schema/events/stamp.ts'
import type { Charge, ChargeAnswer, KnownStore, Ports } from '../application/ports.ts'
import type { MenuItem } from '../domain/menu.ts'
import type { Order } from '../domain/order.ts'
import { wire } from '../wire.ts'

export const customer = '019b0000-0000-7000-8000-00000000000c'
export const store = '019b0000-0000-7000-8000-000000000005'
/** 20 of them at 50,000 won. */
export const rose = '019b0000-0000-7000-8000-000000000011'
/** A thousand of them, at a price that brings an order over the limit. */
export const roses = '019b0000-0000-7000-8000-000000000012'

/** An order of two roses; `change` what a test is about. */
export const placeInput = (change: object = {}) => ({
  idempotencyKey: 'key-1',
  storeId: store,
  lines: [{ itemId: rose, quantity: 2 }],
  recipient: { name: '홍길동', phone: '010-1234-5678', address: '서울' },
  paymentToken: 'tok_ok',
  ...change,
})

type Rows = { orders: Order; menu: MenuItem; stores: KnownStore; keyUses: KeyUse }

/** The order context on memory, with a payment that approves unless told otherwise and a clock that is moved by hand. */
export function inMemory() {
  const data = emptyStore()
  const said: SaidBy<'order'>[] = []
  let now = new Date('2026-01-01T00:00:00Z')
  const clock = { now: () => now, newId }
  const payment = {
    answers: [] as ChargeAnswer[],
    asked: [] as Charge[],
    meanwhile: async (): Promise<unknown> => undefined,
  }
  const orders = () => [...(data.tables.get('orders')?.values() ?? [])].map(({ row }) => row as Order)
  const ports: Ports = {
    ...clock,
    transact: memoryTransactions<Rows, SaidBy<'order'>>(data, ['orders', 'menu', 'stores', 'keyUses'], (facts) =>
      said.push(...facts),
    ),
    charge: async (charge) => {
      payment.asked.push(charge)
      await payment.meanwhile()
      return payment.answers.shift() ?? { answer: 'Approved' }
    },
    unpaidSince: async (before) =>
      orders()
        .filter(({ status, payBy }) => (status === 'AWAITING_PAYMENT' || status === 'PAYMENT_FAILED') && payBy < before)
        .map(({ id }) => id),
    settings: { payWithinMs: 30 * 60_000, expireAfterMs: 2 * 60_000 },
  }
  const order = wire(ports)
  const stamp = stampWith(clock)
  const hear = (fact: Said) => order.hear(readFact(stamp(fact, newId()).message))
  const item = (itemId: string, amount: number, available: number): Said => ({
    type: 'ItemRegistered',
    data: { itemId, storeId: store, name: '장미', price: { amount, currency: 'KRW' }, available, itemVersion: 1 },
  })

  return {
    ...order,
    payment,
    hear,
    said: () => said.map(({ type }) => type),
    status: async (id: string) => orders().find((order) => order.id === id)?.status,
    pass: (ms: number) => {
      now = new Date(now.getTime() + ms)
    },
    openShop: async () => {
      await hear({ type: 'StoreRegistered', data: { storeId: store, ownerId: newId(), name: 'KJSHOP' } })
      await hear(item(rose, 50_000, 20))
      await hear(item(roses, 2_000_000_000, 1_000))
    },
  }
}
