import { emptyStore } from '../../chassis/memory/transactions.ts'
import type { FactsOutbox, OutboxMessage, StreamLocation } from '../../chassis/relay.ts'
import type { Shown } from '../../chassis/transaction.ts'
import { type Faults, TransientError } from './faults.ts'
import type { Process } from './process.ts'
import type { Scheduler, StepOwner } from './scheduler.ts'

/** A row of the outbox; `location` is null while it is unpublished. */
export type OutboxEntry = OutboxMessage & { location: StreamLocation | null }

/** A saved row, and its previous value. */
export type Changed = { table: string; id: string; before: object | null }

export type Database = ReturnType<typeof createDatabase>

/** One context's database, which survives the death of processes. */
export function createDatabase() {
  const store = emptyStore()
  const outbox: OutboxEntry[] = []
  const shown: Shown[] = []
  const listeners = new Set<() => void>()
  return {
    store,
    outbox,
    /** The committed live states, in order. (The relay's own tests prove that it keeps the order.) */
    shown,
    locks: createLocks(),
    /** The process that runs the leading relay. */
    leader: null as Process | null,
    /** Called after a fact was added to the outbox. */
    listeners,
    put: (messages: Omit<OutboxMessage, 'position'>[]) => {
      for (const message of messages) outbox.push({ ...message, position: outbox.length + 1, location: null })
      for (const wake of listeners) wake()
    },
    rows: <Row>(table: string): Row[] => [...(store.tables.get(table)?.values() ?? [])].map(({ row }) => row as Row),
    row: <Row>(table: string, id: string): Row | null => (store.tables.get(table)?.get(id)?.row as Row) ?? null,
  }
}

/** Row locks: a transaction holds its locks until it ends or its process dies. */
function createLocks() {
  const holders = new Map<string, object>()
  let waiting: (() => void)[] = []
  const wake = () => {
    const woken = waiting
    waiting = []
    for (const go of woken) go()
  }
  return {
    take: async (row: string, holder: object, process: Process) => {
      while ((holders.get(row) ?? holder) !== holder) await new Promise<void>((resolve) => waiting.push(resolve))
      if (!process.isAlive) return new Promise<never>(() => {})
      holders.set(row, holder)
    },
    release: (holder: object) => {
      for (const [row, by] of holders) if (by === holder) holders.delete(row)
      wake()
    },
  }
}

/** Sleeps until a fact is added to the outbox, at most `ms`. */
export async function untilAdded(
  scheduler: Scheduler,
  owner: StepOwner,
  database: Database,
  ms: number,
): Promise<void> {
  const alarm = scheduler.alarm(owner, 'sleep', ms)
  database.listeners.add(alarm.wake)
  await alarm.elapsed
  database.listeners.delete(alarm.wake)
}

/** The outbox as the relay of one process sees it. */
export function createOutbox(database: Database, process: Process, faults: Faults): FactsOutbox {
  const { outbox } = database
  const step = async (what: string) => {
    await process.step(`${what} the outbox`)
    if (database.leader !== process) throw new TransientError('The session ended: another relay is the leader.')
  }
  const change = async (what: string, act: () => void) => {
    await step(what)
    if (faults.happens('a commit fails', process.name))
      throw new TransientError('The connection to the database was lost.')
    act()
    if (faults.happens("a commit's answer is lost", process.name))
      throw new TransientError('The connection to the database was lost.')
  }
  return {
    unpublished: async (limit) => {
      await step('read')
      return outbox.filter(({ location }) => !location).slice(0, limit)
    },
    mark: (published) =>
      change('mark', () => {
        for (const { position, location } of published) (outbox[position - 1] as OutboxEntry).location = location
      }),
    newest: async (created, skip) => {
      await step('compare')
      const kept = outbox.flatMap(({ id, subject, location }) =>
        location?.created === created ? [{ id, subject, sequence: location.sequence }] : [],
      )
      return kept.sort((a, b) => b.sequence - a.sequence)[skip] ?? null
    },
    requeueLost: async ({ created, firstSequence, lastSequence, deletedSequences }) => {
      const isHeld = ({ created: incarnation, sequence }: StreamLocation) =>
        incarnation === created &&
        sequence >= firstSequence &&
        sequence <= lastSequence &&
        !deletedSequences.includes(sequence)
      let lost: OutboxEntry[] = []
      await change('correct', () => {
        lost = outbox.filter(({ location }) => location && !isHeld(location))
        for (const row of lost) row.location = null
      })
      return { lost: lost.length, withheld: 0 }
    },
  }
}
