import type { ShownAt } from '../../../proofs/testing/context-in-memory.ts'
import type { Said } from '../../../schema/events/facts.ts'
import type { Ports } from '../application/ports.ts'
import { type StoreContext, wire } from '../wire.ts'

/** Of one owner, in these tests. */
export const MOST_STORES = 5

/** The key of READY photos in these tests. */
export const PHOTO_KEY = 'the key of READY photos in these tests'
const SETTINGS = {
  mostStores: MOST_STORES,
  acceptWithinMs: 1_800_000,
  rejectAfterStartMs: 1_800_000,
  photoKeys: [PHOTO_KEY],
}

/** A store context under test, with the facts that it said about an order or store, and its live states. */
export type Subject = {
  store: StoreContext
  /** Another process on the same rows. */
  start(settings?: Partial<Ports['settings']>): StoreContext
  /** Stops the clock of all its processes at a time; null: it goes on as usual. */
  setTime(at: Date | null): void
  said(key: string): Promise<Said[]>
  shown(): Promise<ShownAt[]>
  close(): Promise<void>
}

/** The store context on these adapters. */
export function subjectOn<Context extends { ports: Pick<Ports, 'transact' | 'newId'> }>(
  context: Context,
  unacceptedAt: Ports['unacceptedAt'],
): Context & Pick<Subject, 'store' | 'start' | 'setTime'> {
  let time: Date | null = null
  const now = () => time ?? new Date()
  const start: Subject['start'] = (settings) =>
    wire({ ...context.ports, now, unacceptedAt, settings: { ...SETTINGS, ...settings } })
  return {
    ...context,
    store: start(),
    start,
    setTime: (at) => {
      time = at
    },
  }
}
