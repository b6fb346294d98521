import { type Checkpoint, type FactsOutbox, type FactsStream, reconcile, relayBatch } from '../../chassis/relay.ts'
import { type Database, untilAdded } from './database.ts'
import { TransientError } from './faults.ts'
import type { Process } from './process.ts'
import type { Scheduler } from './scheduler.ts'

/** As in chassis/run-relay.ts, but with a longer poll interval, because no notification is lost here. */
const TIMING = { pollMs: 15_000, reconcileMs: 15_000, retryMs: 500 }

/** chassis/run-relay.ts without its PostgreSQL session: leads or stands by until its process dies. */
export async function relay(
  scheduler: Scheduler,
  database: Database,
  process: Process,
  outbox: FactsOutbox,
  stream: FactsStream,
  reconciles: typeof reconcile = reconcile,
): Promise<never> {
  process.onDeath(() => {
    if (database.leader === process) database.leader = null
  })
  for (;;) {
    while (database.leader && database.leader !== process) await process.sleep(TIMING.pollMs)
    database.leader = process
    try {
      await lead()
    } catch (error) {
      const isTransient =
        error instanceof TransientError || (error instanceof Error && error.message.includes('lost meanwhile'))
      if (!isTransient) scheduler.fail(error)
      if (database.leader === process) database.leader = null
      await process.sleep(TIMING.retryMs)
    }
  }

  async function lead(): Promise<never> {
    let checkpoint: Checkpoint | undefined
    let reconciledAt = 0
    for (;;) {
      const isStale =
        stream.disconnects() !== checkpoint?.disconnects || scheduler.now() - reconciledAt > TIMING.reconcileMs
      if (!checkpoint || isStale) {
        checkpoint = await reconciles(outbox, stream, checkpoint)
        reconciledAt = scheduler.now()
      }
      const published = await relayBatch(outbox, stream, checkpoint, scheduler.now)
      if (!published) await untilAdded(scheduler, process, database, TIMING.pollMs)
    }
  }
}
