import type { Socket } from 'node:net'
import type { Pool, PoolClient } from 'pg'
import { STATEMENT_TIMEOUT_MS } from './session.ts'

/** Longer than Kysely needs to release an ended connection when it does so itself. */
const RELEASE_MS = 1_000

/** Longer than the server lets any statement take, so that only a server that is gone is silent for so long. */
export const SILENCE_MS = STATEMENT_TIMEOUT_MS + 5_000

/**
 * Kysely (0.29) never releases the connection of a transaction that can't be rolled back because its session has ended.
 * Without this, a restart of the database would leave the pool empty for ever.
 */
export function releaseEndedClients(pool: Pool): void {
  const acquired = new Set<PoolClient>()
  pool.on('acquire', (client) => acquired.add(client))
  pool.on('release', (_, client) => acquired.delete(client))
  const release = (client: PoolClient) => acquired.has(client) && client.release(true)
  pool.on('connect', (client) => client.once('end', () => setTimeout(release, RELEASE_MS, client).unref()))
}

/**
 * Ends connections whose server leaves what was sent without an answer for `silenceMs`; 0: none. A machine that loses its power, or
 * a network that is cut, resets no connection: without this, queries would wait for a quarter of an hour, until Linux gives up.
 */
export function endSilentClients(pool: Pool, silenceMs: number): void {
  pool.on('connect', (client) => {
    // pg gives no other access to a client's socket.
    const socket = (client as PoolClient & { connection: { stream: Socket } }).connection.stream
    let answered = socket.bytesWritten
    socket.on('data', () => {
      answered = socket.bytesWritten
    })
    socket.setTimeout(silenceMs, () => {
      if (socket.bytesWritten === answered) return // The connection is idle.
      socket.destroy(Object.assign(new Error('The database does not answer any more.'), { code: 'ETIMEDOUT' }))
    })
  })
}
