import type { Server } from 'node:http'
import { Server as NetServer } from 'node:net'
import type { Duplex } from 'node:stream'

/** Aborted: for those who wait for nobody. */
const AT_ONCE = AbortSignal.abort()

const SWEEP_MS = 50

/** A process that has not stopped so long after its signal exits. Whoever sends the signal should give it this time. */
export const STOP_DEADLINE_MS = 20_000

/**
 * Stops accepting connections, and resolves when all have ended. Requests under way are finished. Idle connections stay for the
 * server's keep-alive time, because their clients were promised it and may be about to send; from when `hurry` is aborted (by
 * default at once) they are closed. What is open after `ms` is destroyed, `upgraded` connections too.
 */
export function drain(
  server: Server,
  upgraded: ReadonlySet<Duplex>,
  { ms, hurry = AT_ONCE }: { ms: number; hurry?: AbortSignal },
): Promise<void> {
  return new Promise((resolve) => {
    const closeIdle = () => hurry.aborted && server.closeIdleConnections()
    // A connection also becomes idle after its last response.
    const sweep = setInterval(closeIdle, SWEEP_MS)
    const deadline = setTimeout(() => {
      server.closeAllConnections()
      for (const socket of upgraded) socket.destroy()
    }, ms)
    // http.Server's own `close` would also end idle connections, at once.
    NetServer.prototype.close.call(server, () => {
      clearInterval(sweep)
      clearTimeout(deadline)
      server.close() // Ends its timer, too.
      resolve()
    })
    closeIdle()
  })
}

/**
 * Runs `stop` on the first SIGTERM or SIGINT, then exits with 0; with 1 if it fails or takes longer than `deadlineMs`. SIGTERM
 * gives idle clients time to go on elsewhere. SIGINT, also after it, aborts `hurry`: nobody takes over.
 */
export function stopOnSignal(stop: (hurry: AbortSignal) => Promise<void>, deadlineMs = STOP_DEADLINE_MS): void {
  const hurry = new AbortController()
  let stopping = false
  const handle = (signal: NodeJS.Signals) => {
    if (signal === 'SIGINT') hurry.abort()
    if (stopping) return
    stopping = true
    setTimeout(() => process.exit(1), deadlineMs).unref()
    stop(hurry.signal).then(
      () => process.exit(0),
      (error) => {
        console.error(error)
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', handle)
  process.on('SIGINT', handle)
}
