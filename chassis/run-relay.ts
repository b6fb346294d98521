import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from './log.ts'
import { FACTS_OUTBOX, LIVE_OUTBOX, type OutboxTable, openRelaySession, type RelaySession } from './postgres/outbox.ts'
import {
  type Checkpoint,
  type Comparison,
  type FactsComparison,
  type FactsStream,
  type LiveOutbox,
  type LiveStream,
  NEARLY_FULL,
  type Outbox,
  reconcile,
  recreateAfterLoss,
  relayBatch,
  type Stream,
} from './relay.ts'

const TIMING = {
  /** Polling interval in case a NOTIFY is missed; the query also keeps the relay's session alive. */
  pollMs: 1_000,
  reconcileMs: 5_000,
  retryMs: 500,
  /** After this time without a query the server ends the relay's session, so that another replica can lead. */
  frozenMs: 10_000,
}

/** Resolves when nothing of it is running. */
type Running = { stop(): Promise<void> }

/** Runs the context's relay of facts: see `runRelay`. */
export function relayFacts(databaseUrl: string, stream: FactsStream, log: Logger, timing?: typeof TIMING): Running {
  const report = lossReporter(log.child({ outbox: FACTS_OUTBOX.name }))
  return runRelay(
    databaseUrl,
    FACTS_OUTBOX,
    async (outbox, checkpoint) => report(await reconcile(outbox, stream, checkpoint)),
    stream,
    log,
    timing,
  )
}

/** Runs the context's relay of live states: see `runRelay`. */
export function relayLive(databaseUrl: string, stream: LiveStream, log: Logger, timing?: typeof TIMING): Running {
  const compare = async (outbox: LiveOutbox) => {
    const comparison = await recreateAfterLoss(outbox, stream)
    if (comparison.lost) log.warn({ outbox: LIVE_OUTBOX.name }, 'the stream has lost messages: it was created anew')
    return comparison
  }
  return runRelay(databaseUrl, LIVE_OUTBOX, compare, stream, log, timing)
}

/**
 * Returns a function that logs each loss once, the stream's limits whenever they change (it should have none), and once that it
 * is nearly full.
 */
function lossReporter(log: Logger) {
  let reported = ';'
  let wasNearlyFull = false
  return (comparison: FactsComparison): FactsComparison => {
    const { lost, withheld } = comparison
    const [removing, refusing] = [comparison.limits.removing.join(', '), comparison.limits.refusing.join(', ')]
    if (reported !== `${removing};${refusing}`) {
      reported = `${removing};${refusing}`
      if (removing)
        log.warn(
          { limits: removing },
          'the stream of facts has limits: what they remove is published again, but only once',
        )
      if (refusing)
        log.warn({ limits: refusing }, 'the stream of facts has limits: when it is full, facts wait in the outbox')
      if (!removing && !refusing) log.info('the stream of facts has no limits any more')
    }
    const isNearlyFull = comparison.filled >= NEARLY_FULL
    if (isNearlyFull !== wasNearlyFull) {
      wasNearlyFull = isNearlyFull
      const { filled } = comparison
      if (isNearlyFull)
        log.warn({ filled }, 'the stream of facts is nearly full: without more room, facts will wait in the outbox')
      else log.info({ filled }, 'the stream of facts has room again')
    }
    if (lost) log.warn({ lost }, 'the stream has lost messages: they are published again')
    if (withheld)
      log.warn({ withheld }, 'the stream has removed messages again: they are withheld until its limits are gone')
    return comparison
  }
}

/**
 * Runs the context's relay of one outbox until stopped. One replica of a context leads; the others stand by. Failures are
 * logged and retried. `compare` finds what the stream has lost since the checkpoint, and has it published again (or the
 * stream created anew).
 */
function runRelay<Kind extends Outbox>(
  databaseUrl: string,
  table: OutboxTable<Kind>,
  compare: (outbox: Kind, checkpoint?: Checkpoint) => Promise<Comparison>,
  stream: Stream,
  log: Logger,
  timing = TIMING,
): Running {
  const stopping = new AbortController()
  const { signal } = stopping
  const pause = (ms: number) => delay(ms, undefined, { signal }).catch(() => {})

  const relayWhileLeading = async (session: RelaySession<Kind>) => {
    while (!signal.aborted && !(await session.tryToLead())) await pause(timing.pollMs)
    let checkpoint: Checkpoint | undefined
    let reconciledAt = 0
    while (!signal.aborted) {
      // Before anything is published over a new connection: see `relayBatch`.
      const isStale = stream.disconnects() !== checkpoint?.disconnects || Date.now() - reconciledAt > timing.reconcileMs
      if (!checkpoint || isStale) {
        checkpoint = await compare(session.outbox, checkpoint)
        reconciledAt = Date.now()
      }
      const published = await relayBatch(session.outbox, stream, checkpoint)
      if (!published) await session.waitForMessages(timing.pollMs, signal)
    }
  }

  const running = (async () => {
    while (!signal.aborted) {
      let session: RelaySession<Kind> | undefined
      try {
        session = await openRelaySession(databaseUrl, table, timing.frozenMs)
        await relayWhileLeading(session)
      } catch (error) {
        if (!signal.aborted) log.warn({ err: error, outbox: table.name }, 'the relay was interrupted; it tries again')
        await pause(timing.retryMs)
      } finally {
        await session?.close()
      }
    }
  })()

  return {
    stop: async () => {
      stopping.abort()
      await running
    },
  }
}
