import type { Fact } from '../../../schema/events/facts.ts'
import { type EntryFactName, hear, isShown, type MyPageEntry, type Stub } from '../domain/entry.ts'
import type { Tx } from './ports.ts'
import { shownEntry } from './show.ts'

/** Adds a fact about an order to its entry. */
export async function followOrder(tx: Tx, fact: Fact<EntryFactName>): Promise<void> {
  // Locked, because facts about one order may be handled by several replicas at the same time.
  const [entry = null] = await tx.entries.lock([fact.data.orderId])
  const heard = hear(entry, fact)
  if (heard !== entry) await keep(tx, heard)
}

/** Records a store's name. Entries read it from here, so it may come before or after them. */
export async function keepStoreName(tx: Tx, { data }: Fact<'StoreRegistered'>): Promise<void> {
  const { storeId: id, name } = data
  if (!(await tx.storeNames.find(id))) tx.storeNames.save({ id, name })
}

/** Saves a changed entry, and publishes its live state to the customer: one update for each fact. All changes go through it. */
async function keep(tx: Tx, entry: MyPageEntry | Stub): Promise<void> {
  tx.entries.save(entry)
  if (isShown(entry)) tx.show(shownEntry(entry, await tx.storeNames.find(entry.storeId)))
}
