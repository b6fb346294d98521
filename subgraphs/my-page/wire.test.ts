import { describe, expect, it } from '@jest/globals'
import { emptyStore, type MemoryStore, memoryTransactions } from '../../chassis/memory/transactions.ts'
import type { Shown } from '../../chassis/transaction.ts'
import { type Fact, published, readFact } from '../../schema/events/facts.ts'
import type { StoreName } from './application/ports.ts'
import type { MyPageEntry, Stub } from './domain/entry.ts'
import { hears } from './inbound/nats/hears.ts'
import { customerId, orderId, shuffles, storeId, storeRegistered, stories, story, testId } from './testing/stories.ts'
import { wire } from './wire.ts'

type Rows = { entries: MyPageEntry | Stub; storeNames: StoreName }

const contextOn = (store: MemoryStore, shows: (shown: Shown[]) => void = () => {}) =>
  wire({
    transact: memoryTransactions<Rows, never>(store, ['entries', 'storeNames'], (_, __, shown) => shows(shown)),
  })
const rowsIn = (store: MemoryStore, table: keyof Rows) =>
  Object.fromEntries([...(store.tables.get(table) ?? [])].map(([id, { row }]) => [id, row]))
/** A fact as it is read from the wire, checked against its contract. */
const received = (fact: Fact): Fact => readFact(JSON.parse(JSON.stringify(fact)))

async function heardOneByOne(facts: Fact[]): Promise<MemoryStore> {
  const store = emptyStore()
  const { hear } = contextOn(store)
  for (const fact of facts) await hear(received(fact))
  return store
}

/** Every story, each an order of its own, and the store they are from. */
const everything = [
  storeRegistered(storeId, 'KJSHOP'),
  ...Object.values(stories).flatMap(({ facts }, index) => story(facts, testId(0xa1 + index))),
]

describe('the my-page context', () => {
  it('hears every fact about an order of order, payment, store and delivery, StockReserved, and StoreRegistered', () => {
    const { order, payment, store, delivery } = published
    const { CalendarChanged: _, ...ofStore } = store
    const names = [order, payment, ofStore, delivery].flatMap((facts) => Object.keys(facts))
    expect(Object.keys(hears).sort()).toEqual([...names, 'StockReserved'].sort())
  })

  it('keeps one entry for each order', async () => {
    const entries = rowsIn(await heardOneByOne(everything), 'entries')
    const ends = Object.entries(stories).map(
      (
        [
          ,
          {
            facts,
            ends: [orderStatus],
          },
        ],
        index,
      ) => [testId(0xa1 + index), expect.objectContaining({ orderStatus, revision: facts.length })],
    )
    expect(entries).toEqual(Object.fromEntries(ends))
  })

  it('does not depend on the order, repetition or concurrency of facts, so that it can be rebuilt from them', async () => {
    const told = await heardOneByOne(everything)
    for (const facts of shuffles(everything, 10)) {
      const store = emptyStore()
      const { hear } = contextOn(store)
      await Promise.all(facts.map((fact) => hear(received(fact))))
      expect(rowsIn(store, 'entries')).toEqual(rowsIn(told, 'entries'))
      expect(rowsIn(store, 'storeNames')).toEqual(rowsIn(told, 'storeNames'))
    }
  })

  it('records a store’s name', async () => {
    const store = await heardOneByOne([...story(['Ordered']), storeRegistered(storeId, '분당꽃배달')])
    expect(rowsIn(store, 'storeNames')).toEqual({ [storeId]: { id: storeId, name: '분당꽃배달' } })
    expect(rowsIn(store, 'entries')).toMatchObject({ [orderId]: { storeId, revision: 1 } })
  })
})

describe('the live states of an order', () => {
  const shownOf = async (facts: Fact[]) => {
    const shown: Shown[] = []
    const { hear } = contextOn(emptyStore(), (more) => shown.push(...more))
    for (const fact of facts) await hear(received(fact))
    return shown
  }

  it.each(Object.entries(stories))('is one update for each fact heard: %s', async (_, { facts, ends: [end] }) => {
    const shown = await shownOf(story(facts))
    expect(shown.map(({ revision }) => revision)).toEqual(facts.map((_, index) => index + 1))
    for (const { audience, id, state, revision } of shown) {
      expect([audience, id]).toEqual([[customerId], orderId])
      const { timeline } = state.entry as { timeline: { fact: string; attempt: number | null }[] }
      expect(timeline.map(({ fact, attempt }) => (attempt === 2 ? `${fact} 2` : fact))).toEqual(
        facts.slice(0, revision),
      )
    }
    const isClosed = ['DELIVERED', 'RETURNED', 'CANCELLED', 'REJECTED', 'EXPIRED'].includes(end)
    expect(shown.at(-1)).toMatchObject({ open: !isClosed, state: { entry: { orderStatus: end } } })
  })

  it('begin with Ordered, which includes earlier facts; repeated facts add none', async () => {
    const [ordered, paid, confirmed] = story(['Ordered', 'Paid', 'OrderConfirmed'])
    const shown = await shownOf([paid, confirmed, paid, ordered, ordered, paid].filter((fact) => fact !== undefined))
    expect(shown).toHaveLength(1)
    expect(shown[0]).toMatchObject({ revision: 3, open: true, state: { entry: { revision: 3, orderStatus: 'PAID' } } })
  })

  it('have the store’s name when it is known', async () => {
    const [ordered, paid] = story(['Ordered', 'Paid'])
    if (!ordered || !paid) throw new Error('A story of two facts has two.')
    const [before, after] = await shownOf([ordered, storeRegistered(storeId, 'KJSHOP'), paid])
    expect(before?.state.entry).not.toHaveProperty('storeName')
    expect(after?.state.entry).toMatchObject({ storeName: 'KJSHOP' })
  })
})
