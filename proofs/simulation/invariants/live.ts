import { liveOutboxMessage, type Shown } from '../../../chassis/transaction.ts'
import { shownChange, shownToAll, shownToRider } from '../../../subgraphs/delivery/application/show.ts'
import { type Delivery, isKnown } from '../../../subgraphs/delivery/domain/delivery.ts'
import { shownEntry } from '../../../subgraphs/my-page/application/show.ts'
import { isShown, type MyPageEntry, type Stub } from '../../../subgraphs/my-page/domain/entry.ts'
import { shownOrder } from '../../../subgraphs/store/application/show.ts'
import type { StoreOrder } from '../../../subgraphs/store/domain/store-order.ts'
import type { Changed, Database } from '../database.ts'
import type { World } from '../world.ts'
import { holds } from './violation.ts'

const RULE = 'every change is shown once'

/** A commit publishes each change once to each audience, and nothing of stubs and tombstones. */
export function checkCommittedStates(database: Database, changed: Changed[], shown: Shown[]): void {
  const due = changed.flatMap(({ table, id, before }) => {
    const row = database.row<{ revision: number }>(table, id)
    return Array.from({ length: timesShown(table, before, row) }, () => `${id} ${row?.revision}`)
  })
  const are = shown.map(({ id, revision }) => `${id} ${revision}`)
  holds(RULE, are.join() === due.join(), () => {
    return `Shown are the revisions [${are.join(', ')}], but they should be [${due.join(', ')}].`
  })
}

/** Each table has rows of one type. */
function timesShown(table: string, before: unknown, row: unknown): number {
  if (table === 'entries') return isShown(row as MyPageEntry | Stub) ? 1 : 0
  if (table === 'storeOrders') return (row as StoreOrder).status === 'TOMBSTONE' ? 0 : 1
  if (table !== 'deliveries') return 0
  const [was, is] = [before as Delivery | null, row as Delivery]
  return isKnown(is) ? shownChange(was && isKnown(was) ? was : null, is).length : 0
}

/** Each audience gets an entity's revisions in order, the last of which is its current state. */
export function checkLiveStates({ databases }: World): void {
  for (const { shown } of Object.values(databases)) {
    const last = new Map<string, number>()
    for (const one of shown) {
      const { subject } = liveOutboxMessage(one)
      const before = last.get(subject) ?? one.revision - 1
      holds(RULE, one.revision === before + 1, () => `On ${subject} ${one.revision} is shown after ${before}.`)
      last.set(subject, one.revision)
    }
  }
  const entries = databases['my-page'].rows<MyPageEntry | Stub>('entries').filter(isShown)
  const orders = databases.store.rows<StoreOrder>('storeOrders').filter((order) => order.status !== 'TOMBSTONE')
  const deliveries = databases.delivery.rows<Delivery>('deliveries').filter(isKnown)
  endsWith(
    databases['my-page'],
    entries.map((entry) => shownEntry(entry, null)),
  )
  endsWith(databases.store, orders.map(shownOrder))
  endsWith(
    databases.delivery,
    deliveries
      // A delivery that was cancelled before it waited for a rider has no audience.
      .filter(({ status, revision }) => status !== 'CANCELLED' || revision > 1)
      .map((delivery) => (delivery.riderId ? shownToRider(delivery, delivery.riderId) : shownToAll(delivery))),
  )
}

function endsWith({ shown }: Database, rows: Shown[]): void {
  const last = new Map(shown.map((one) => [liveOutboxMessage(one).subject, one]))
  for (const row of rows) {
    const { subject } = liveOutboxMessage(row)
    holds(RULE, comparable(last.get(subject)) === comparable(row), () => {
      return `Shown last on ${subject} is ${comparable(last.get(subject))}, but it is ${comparable(row)}.`
    })
  }
}

/** Without the store's name, which may become known after the order. */
const comparable = (shown: Shown | undefined) =>
  JSON.stringify(shown, (field, value) => (field === 'storeName' ? undefined : value))
