import type { SaidBy } from '../../../schema/events/facts.ts'

/** 상점. A flower shop, and who runs it. */
export type Store = { id: string; ownerId: string; name: string }

/** Who runs stores, and how many; locked while another is registered, so that two at once do not both get the last place. */
export type Owner = { id: string; stores: number }

/** `User.stores` lists no more, as the graph declares; so an owner may have no more. */
export const MOST_LISTED = 100

/** The owner with one more store; null where they have as many as one may have. */
export const withOneMore = (owner: Owner, mostStores: number): Owner | null =>
  owner.stores < mostStores ? { ...owner, stores: owner.stores + 1 } : null

/** A new store; every other context learns of it from `StoreRegistered`. */
export function register(store: Store): { store: Store; says: SaidBy<'store'>[] } {
  const { id, ownerId, name } = store
  return { store, says: [{ type: 'StoreRegistered', data: { storeId: id, ownerId, name } }] }
}
