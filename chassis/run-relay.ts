import type { Logger } from './log.ts'
import { type RelaySession, relaySession } from './postgres/outbox.ts'
import { reconcile, relayBatch, type Stream } from './relay.ts'

/** The net under LISTEN/NOTIFY, and the relay's sign of life to the database. */
const POLL_MS = 1_000
const RECONCILE_MS = 5_000
const RETRY_MS = 500

/**
 * Runs the context's relay until stopped: leads when it can (one active per context), else stands by; whatever fails
 * is logged and tried again. `stop` resolves when nothing of it is under way.
 */
export function runRelay(databaseUrl: string, stream: Stream, log: Logger): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const pause = (ms: number) => pauseUnless(stopping.signal, ms)

  const relayOn = async (session: RelaySession) => {
    while (!(await session.lead())) {
      await pause(POLL_MS)
      if (stopping.signal.aborted) return
    }
    let created = ''
    let reconciledAt = 0
    while (!stopping.signal.aborted) {
      if (Date.now() - reconciledAt > RECONCILE_MS) {
        const outcome = await reconcile(session.outbox, stream)
        if (outcome.lost) log.warn({ lost: outcome.lost }, 'the stream has lost facts: saying them again')
        created = outcome.created
        reconciledAt = Date.now()
      }
      const published = await relayBatch(session.outbox, stream, created)
      if (!published) await Promise.race([session.wake(POLL_MS), pause(POLL_MS)])
    }
  }

  const running = (async () => {
    while (!stopping.signal.aborted) {
      let session: RelaySession | undefined
      try {
        session = await relaySession(databaseUrl)
        await relayOn(session)
      } catch (error) {
        if (!stopping.signal.aborted) log.warn({ err: error }, 'the relay was interrupted; it tries again')
        await pause(RETRY_MS)
      } finally {
        await session?.close().catch(() => {})
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

function pauseUnless(signal: AbortSignal, ms: number): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
  })
}
