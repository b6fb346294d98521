import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from './log.ts'
import { type OutboxName, type RelaySession, relaySession } from './postgres/outbox.ts'
import { type Known, reconcile, relayBatch, type Stream } from './relay.ts'

const TIMING = {
  /** The net under LISTEN/NOTIFY, and the relay's sign of life to the database. */
  pollMs: 1_000,
  reconcileMs: 5_000,
  retryMs: 500,
  /** A relay that gave no sign of life for so long is frozen, and another leads. */
  frozenMs: 10_000,
}

/**
 * Runs the context's relay of one outbox until stopped: leads when it can (one active per context), else stands by;
 * whatever fails is logged and tried again. `stop` resolves when nothing of it is under way.
 */
export function runRelay(
  databaseUrl: string,
  outbox: OutboxName,
  stream: Stream,
  log: Logger,
  timing = TIMING,
): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const { signal } = stopping
  const pause = (ms: number) => delay(ms, undefined, { signal }).catch(() => {})

  const relayOn = async (session: RelaySession) => {
    while (!signal.aborted && !(await session.lead())) await pause(timing.pollMs)
    let known: Known | undefined
    let reconciledAt = 0
    while (!signal.aborted) {
      // Before anything is published over a new connection: see `relayBatch`.
      const isStale = stream.interruptions() !== known?.interruptions || Date.now() - reconciledAt > timing.reconcileMs
      if (!known || isStale) {
        const { lost, ...now } = await reconcile(session.outbox, stream)
        if (lost) log.warn({ lost }, 'the stream has lost facts: saying them again')
        known = now
        reconciledAt = Date.now()
      }
      const published = await relayBatch(session.outbox, stream, known)
      if (!published) await session.wake(timing.pollMs, signal)
    }
  }

  const running = (async () => {
    while (!signal.aborted) {
      let session: RelaySession | undefined
      try {
        session = await relaySession(databaseUrl, outbox, timing.frozenMs)
        await relayOn(session)
      } catch (error) {
        if (!signal.aborted) log.warn({ err: error, outbox }, 'the relay was interrupted; it tries again')
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
