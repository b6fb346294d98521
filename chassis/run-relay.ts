import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from './log.ts'
import { FACTS_OUTBOX, LIVE_OUTBOX, type OutboxTable, type RelaySession, relaySession } from './postgres/outbox.ts'
import {
  type Compared,
  type Known,
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
export const relayFacts = (databaseUrl: string, stream: Stream, log: Logger, timing?: typeof TIMING): Running =>
  runRelay(databaseUrl, FACTS_OUTBOX, stream, { compare: reconcile, told: 'they are said again' }, log, timing)

/** Runs the context's relay of what is shown: see `runRelay`. */
export const relayLive = (databaseUrl: string, stream: LiveStream, log: Logger, timing?: typeof TIMING): Running =>
  runRelay(databaseUrl, LIVE_OUTBOX, stream, { compare: renewCut, told: 'it was made anew' }, log, timing)

/**
 * Runs the context's relay of one outbox until stopped: leads when it can (one active per context), else stands by;
 * whatever fails is logged and tried again. `compare` finds what the stream has lost, and mends it. `stop` resolves when
 * nothing of it is under way.
 */
function runRelay<Kind extends Outbox, To extends Stream>(
  databaseUrl: string,
  table: OutboxTable<Kind>,
  stream: To,
  { compare, told }: { compare: (outbox: Kind, stream: To) => Promise<Compared>; told: string },
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
        const { lost, ...now } = await compare(session.outbox, stream)
        if (lost) log.warn({ outbox: table.name, lost }, `the stream has lost messages: ${told}`)
        known = now
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
