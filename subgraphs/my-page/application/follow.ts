import type { Fact } from '../../../schema/events/facts.ts'
import { type EntryFactName, hear, isShown, type MyPageEntry, type Stub } from '../domain/entry.ts'
import type { Tx } from './ports.ts'
import { shownEntry } from './show.ts'

/** Takes a fact about an order into its entry. */
export async function followOrder(tx: Tx, fact: Fact<EntryFactName>): Promise<void> {
  // Locked, since the facts of one order come close together and replicas would undo each other's work.
  const [entry = null] = await tx.entries.lock([fact.data.orderId])
  const heard = hear(entry, fact)
  if (heard !== entry) await keep(tx, heard)
}

/** Keeps what a store is called. Entries take the name from here when read, so it may come before or after them. */
export async function keepStoreName(tx: Tx, { data }: Fact<'StoreRegistered'>): Promise<void> {
  const { storeId: id, name } = data
  if (!(await tx.storeNames.find(id))) tx.storeNames.save({ id, name })
}

/** The one place where a changed entry is kept, and shown to its customer: one fact heard is one update. */
async function keep(tx: Tx, entry: MyPageEntry | Stub): Promise<void> {
  tx.entries.save(entry)
  if (isShown(entry)) tx.show(shownEntry(entry, await tx.storeNames.find(entry.storeId)))
}
