import type { SaidBy } from '../../../schema/events/facts.ts'

/** 상점. A flower shop, and who runs it. */
export type Store = { id: string; ownerId: string; name: string }

/** A new store; every other context learns of it from `StoreRegistered`. */
export function register(store: Store): { store: Store; says: SaidBy<'store'>[] } {
  const { id, ownerId, name } = store
  return { store, says: [{ type: 'StoreRegistered', data: { storeId: id, ownerId, name } }] }
}
