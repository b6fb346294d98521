import { liveOutboxMessage, type Shown } from '../../../chassis/transaction.ts'
import { shownChange, shownToAll, shownToRider } from '../../../subgraphs/delivery/application/show.ts'
import { type Delivery, isKnown } from '../../../subgraphs/delivery/domain/delivery.ts'
import { shownEntry } from '../../../subgraphs/my-page/application/show.ts'
import { isShown, type MyPageEntry, type Stub } from '../../../subgraphs/my-page/domain/entry.ts'
import { shownOrder } from '../../../subgraphs/store/application/show.ts'
import type { StoreOrder } from '../../../subgraphs/store/domain/store-order.ts'
import type { Changed, Database } from '../database.ts'
import type { World } from '../world.ts'
import { assertRule } from './violation.ts'

const RULE = 'each change is published to its audiences once'

/** A commit publishes each change once to each audience, and publishes no stubs or tombstones. */
export function checkCommittedStates(database: Database, changed: Changed[], shown: Shown[]): void {
  const expected = changed.flatMap(({ table, id, before }) => {
    const row = database.row<{ revision: number }>(table, id)
    return Array.from({ length: audiencesOf(table, before, row) }, () => `${id} ${row?.revision}`)
  })
  const actual = shown.map(({ id, revision }) => `${id} ${revision}`)
  assertRule(RULE, actual.join() === expected.join(), () => {
    return `The published revisions are [${actual.join(', ')}], but should be [${expected.join(', ')}].`
  })
}

/** The number of audiences that a change is published to. Each table has rows of one type. */
function audiencesOf(table: string, before: unknown, row: unknown): number {
  if (table === 'entries') return isShown(row as MyPageEntry | Stub) ? 1 : 0
  if (table === 'storeOrders') return (row as StoreOrder).status === 'TOMBSTONE' ? 0 : 1
  if (table !== 'deliveries') return 0
  const [previous, current] = [before as Delivery | null, row as Delivery]
  // Riders are shown nothing of the recipient's link.
  if (previous?.revision === current.revision) return 0
  return isKnown(current) ? shownChange(previous && isKnown(previous) ? previous : null, current).length : 0
}

/** Each audience gets an entity's revisions in order, the last of which is its current state. Riders are shown some of a delivery's. */
export function checkLiveStates({ databases }: World): void {
  for (const [context, { shown }] of Object.entries(databases)) {
    const last = new Map<string, number>()
    for (const state of shown) {
      const { subject } = publishedAs(state)
      const before = last.get(subject) ?? state.revision - 1
      assertRule(
        RULE,
        context === 'delivery' ? state.revision > before || !last.has(subject) : state.revision === before + 1,
        () => `On ${subject} revision ${state.revision} follows ${before}.`,
      )
      last.set(subject, state.revision)
    }
  }
  const entries = databases['my-page'].rows<MyPageEntry | Stub>('entries').filter(isShown)
  const orders = databases.store.rows<StoreOrder>('storeOrders').filter((order) => order.status !== 'TOMBSTONE')
  const deliveries = databases.delivery.rows<Delivery>('deliveries').filter(isKnown)
  checkLastStates(databases['my-page'], entries, (entry) => shownEntry(entry, null))
  checkLastStates(databases.store, orders, shownOrder)
  checkLastStates(
    databases.delivery,
    // A delivery that was cancelled before it waited for a rider has no audience.
    deliveries.filter(({ status, revision }) => status !== 'CANCELLED' || revision > 1),
    (delivery) => (delivery.riderId ? shownToRider(delivery, delivery.riderId) : shownToAll(delivery)),
  )
}

function checkLastStates<Row extends object>({ shown }: Database, rows: Row[], show: (row: Row) => Shown): void {
  const last = new Map(shown.map((state) => [publishedAs(state).subject, state]))
  for (const row of rows) {
    const expected = shownRows.get(row) ?? show(row)
    shownRows.set(row, expected)
    const { subject, text } = publishedAs(expected)
    const state = last.get(subject)
    const actual = state && publishedAs(state).text
    assertRule(RULE, actual === text, () => `The last state on ${subject} is ${actual}, but the row is ${text}.`)
  }
}

/** Neither a committed row nor a published state ever changes, so what is made of them is kept for the next check. */
const shownRows = new WeakMap<object, Shown>()
const published = new WeakMap<Shown, { subject: string; text: string }>()

function publishedAs(state: Shown): { subject: string; text: string } {
  const known = published.get(state) ?? { subject: liveOutboxMessage(state).subject, text: comparable(state) }
  published.set(state, known)
  return known
}

/** Without the store's name, which may become known after the order. */
const comparable = (shown: Shown) =>
  JSON.stringify(shown, (field, value) => (field === 'storeName' ? undefined : value))
