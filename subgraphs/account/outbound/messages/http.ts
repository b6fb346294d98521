import { Pool } from 'undici'
import { wasUnreached } from '../../../../chassis/guard.ts'
import type { Logger } from '../../../../chassis/log.ts'
import type { Messages } from '../../application/ports.ts'

/** A person waits for the answer. */
const DEADLINE_MS = 8_000

/**
 * Sends messages by an operator's gateway to a mobile carrier: `POST url` with `{ to, text }`, the message's id as idempotency key,
 * our bearer credential, and any 2xx for "taken". Neither number nor text nor credential gets into the log.
 */
export function httpMessages(options: { url: string; token: string; log: Logger; deadlineMs?: number }): Messages & {
  close(): Promise<void>
} {
  const { url, token, log, deadlineMs = DEADLINE_MS } = options
  const { origin, pathname, search } = new URL(url)
  const pool = new Pool(origin, { connections: 32, connectTimeout: deadlineMs, maxResponseSize: 64 * 1024 })
  return {
    send: async ({ id, to, text }) => {
      try {
        const { statusCode, body } = await pool.request({
          method: 'POST',
          path: pathname + search,
          headers: {
            'content-type': 'application/json',
            authorization: `Bearer ${token}`,
            'idempotency-key': id,
          },
          body: JSON.stringify({ to, text }),
          signal: AbortSignal.timeout(deadlineMs),
        })
        await body.dump()
        if (statusCode >= 200 && statusCode < 300) return 'sent'
        log.warn({ message: id, status: statusCode }, 'the message gateway did not take a message')
        return statusCode < 500 ? 'refused' : 'unknown'
      } catch (error) {
        const outcome = wasUnreached(error) ? 'refused' : 'unknown'
        const reason = error instanceof Error ? error.name : 'error'
        log.warn({ message: id, outcome, reason }, 'the message gateway did not answer')
        return outcome
      }
    },
    close: () => pool.close(),
  }
}
