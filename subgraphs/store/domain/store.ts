import type { SaidBy } from '../../../schema/events/facts.ts'

/** 상점. A flower shop with its owner. */
export type Store = { id: string; ownerId: string; name: string }

/**
 * An owner's number of stores, and when their calendars were changed within the last day: RFC 3339, oldest first. Locked while another
 * store is registered or a calendar is set, so that two concurrent requests do not both get the last place.
 */
export type Owner = { id: string; stores: number; calendarChanges: string[] }

/** The maximum of MOST_STORES, because the graph declares it as the maximum of `User.stores`. */
export const MOST_LISTED = 100

/** The owner with one more store; null if the limit is reached. */
export const withOneMore = (owner: Owner, mostStores: number): Owner | null =>
  owner.stores < mostStores ? { ...owner, stores: owner.stores + 1 } : null

/** A new store. Other contexts get it by `StoreRegistered`. */
export function register(store: Store): { store: Store; says: SaidBy<'store'>[] } {
  const { id, ownerId, name } = store
  return { store, says: [{ type: 'StoreRegistered', data: { storeId: id, ownerId, name } }] }
}
