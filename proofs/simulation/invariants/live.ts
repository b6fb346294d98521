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

/** What one commit shows is what it changes, each change once to each who sees it; nothing of stubs and tombstones. */
export function showsItsChanges(database: Database, changed: Changed[], shown: Shown[]): void {
  const due = changed.flatMap(({ table, id, before }) => {
    const row = database.row<{ revision: number }>(table, id)
    return Array.from({ length: timesShown(table, before, row) }, () => `${id} ${row?.revision}`)
  })
  const are = shown.map(({ id, revision }) => `${id} ${revision}`)
  holds(RULE, are.join() === due.join(), () => {
    return `Shown are the revisions [${are.join(', ')}], but they should be [${due.join(', ')}].`
  })
}

/** Each table has rows of its own kind only. */
function timesShown(table: string, before: unknown, row: unknown): number {
  if (table === 'entries') return isShown(row as MyPageEntry | Stub) ? 1 : 0
  if (table === 'storeOrders') return (row as StoreOrder).status === 'TOMBSTONE' ? 0 : 1
  if (table !== 'deliveries') return 0
  const [was, is] = [before as Delivery | null, row as Delivery]
  return isKnown(is) ? shownChange(was && isKnown(was) ? was : null, is).length : 0
}

/** Whoever follows an entity sees its revisions one after the other, and at last what has become of it. */
export function shownIsTrue({ databases }: World): void {
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
      // What was cancelled before it could wait for a rider is shown to nobody.
      .filter(({ status, revision }) => status !== 'CANCELLED' || revision > 1)
      .map((delivery) => (delivery.riderId ? shownToRider(delivery, delivery.riderId) : shownToAll(delivery))),
  )
}

function endsWith({ shown }: Database, rows: Shown[]): void {
  const last = new Map(shown.map((one) => [liveOutboxMessage(one).subject, one]))
  for (const row of rows) {
    const { subject } = liveOutboxMessage(row)
    holds(RULE, asTold(last.get(subject)) === asTold(row), () => {
      return `Shown last on ${subject} is ${asTold(last.get(subject))}, but it is ${asTold(row)}.`
    })
  }
}

/** A store may become known only after its order is shown, or while it is. */
const asTold = (shown: Shown | undefined) =>
  JSON.stringify(shown, (field, value) => (field === 'storeName' ? undefined : value))
