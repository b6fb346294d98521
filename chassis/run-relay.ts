import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from './log.ts'
import { FACTS_OUTBOX, LIVE_OUTBOX, type OutboxTable, type RelaySession, relaySession } from './postgres/outbox.ts'
import {
  type Compared,
  type ComparedFacts,
  type FactsStream,
  type Known,
  type LiveOutbox,
  type LiveStream,
  type Outbox,
  reconcile,
  relayBatch,
  renewCut,
  type Stream,
} from './relay.ts'

const TIMING = {
  /** The net under LISTEN/NOTIFY, and the relay's sign of life to the database. */
  pollMs: 1_000,
  reconcileMs: 5_000,
  retryMs: 500,
  /** A relay that gave no sign of life for so long is frozen, and another leads. */
  frozenMs: 10_000,
}

type Running = { stop(): Promise<void> }

/** Runs the context's relay of facts: see `runRelay`. */
export function relayFacts(databaseUrl: string, stream: FactsStream, log: Logger, timing?: typeof TIMING): Running {
  const report = reportOn(log.child({ outbox: FACTS_OUTBOX.name }))
  return runRelay(
    databaseUrl,
    FACTS_OUTBOX,
    async (outbox, known) => report(await reconcile(outbox, stream, known)),
    stream,
    log,
    timing,
  )
}

/** Runs the context's relay of what is shown: see `runRelay`. */
export function relayLive(databaseUrl: string, stream: LiveStream, log: Logger, timing?: typeof TIMING): Running {
  const compare = async (outbox: LiveOutbox) => {
    const compared = await renewCut(outbox, stream)
    if (compared.lost) log.warn({ outbox: LIVE_OUTBOX.name }, 'the stream has lost messages: it was made anew')
    return compared
  }
  return runRelay(databaseUrl, LIVE_OUTBOX, compare, stream, log, timing)
}

/** Logs what was lost, once for each loss, and the limits of the stream when they change: it should have none. */
function reportOn(log: Logger) {
  let known = ';'
  return (compared: ComparedFacts): ComparedFacts => {
    const { lost, letGo } = compared
    const [removing, refusing] = [compared.limits.removing.join(', '), compared.limits.refusing.join(', ')]
    if (known !== `${removing};${refusing}`) {
      known = `${removing};${refusing}`
      if (removing)
        log.warn({ limits: removing }, 'the stream of facts has limits: what they remove is said again, but only once')
      if (refusing)
        log.warn({ limits: refusing }, 'the stream of facts has limits: when it is full, facts wait in the outbox')
      if (!removing && !refusing) log.info('the stream of facts has no limits any more')
    }
    if (lost) log.warn({ lost }, 'the stream has lost messages: they are said again')
    if (letGo) log.warn({ letGo }, 'the stream has removed messages again: they are said when its limits are gone')
    return compared
  }
}

/**
 * Runs the context's relay of one outbox until stopped: leads when it can (one active per context), else stands by;
 * whatever fails is logged and tried again. `compare` finds what the stream has lost since it was `known`, and mends
 * it. `stop` resolves when nothing of it is under way.
 */
function runRelay<Kind extends Outbox>(
  databaseUrl: string,
  table: OutboxTable<Kind>,
  compare: (outbox: Kind, known?: Known) => Promise<Compared>,
  stream: Stream,
  log: Logger,
  timing = TIMING,
): Running {
  const stopping = new AbortController()
  const { signal } = stopping
  const pause = (ms: number) => delay(ms, undefined, { signal }).catch(() => {})

  const relayOn = async (session: RelaySession<Kind>) => {
    while (!signal.aborted && !(await session.lead())) await pause(timing.pollMs)
    let known: Known | undefined
    let reconciledAt = 0
    while (!signal.aborted) {
      // Before anything is published over a new connection: see `relayBatch`.
      const isStale = stream.interruptions() !== known?.interruptions || Date.now() - reconciledAt > timing.reconcileMs
      if (!known || isStale) {
        known = await compare(session.outbox, known)
        reconciledAt = Date.now()
      }
      const published = await relayBatch(session.outbox, stream, known)
      if (!published) await session.wake(timing.pollMs, signal)
    }
  }

  const running = (async () => {
    while (!signal.aborted) {
      let session: RelaySession<Kind> | undefined
      try {
        session = await relaySession(databaseUrl, table, timing.frozenMs)
        await relayOn(session)
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
