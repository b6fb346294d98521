import { setTimeout as delay } from 'node:timers/promises'
import { detached } from '../../../chassis/detached.ts'
import type { Logger } from '../../../chassis/log.ts'

const DRAIN_STEP_MS = 50
/**
 * Steps (one second) that clients have to close their side after all were sent away. They are counted rather than timed,
 * so that a process without CPU time does not cut off clients that it has not sent away yet.
 */
const FAREWELL_STEPS = 20

/** What the registry does with each client. */
export type ClientActions<Client> = {
  /** Is called once a second. */
  check(client: Client): void
  /** Whether it waits for a response. It is then sent away last. */
  isBusy(client: Client): boolean
  /** Asks it to disconnect, because the process stops. */
  sendAway(client: Client): void
  /** Closes its connection without waiting for it. */
  terminate(client: Client): void
}

const SECOND_MS = 1_000
/** Clients that come after all were sent away, on connections that were open before, get this time for responses. */
const LATE_MS = 1_000

/** The clients of one transport, by their connection. One timer checks them all, and runs only while there are any. */
export function createClientRegistry<Key, Client>(actions: ClientActions<Client>, log: Logger) {
  const clients = new Map<Key, Client>()
  let timer: NodeJS.Timeout | undefined
  let isDraining = false
  let isSendingAway = false

  /** Sends all away within `ms`, those that are not in `departures` as soon as they wait for nothing. */
  const sendAllAway = async (ms: number, departures: ReadonlyMap<Key, number>): Promise<void> => {
    const end = Date.now() + ms
    isSendingAway = true
    for (let stepsLeft = FAREWELL_STEPS; clients.size > 0 && stepsLeft > 0; ) {
      const now = Date.now()
      if (now >= end) stepsLeft -= 1
      for (const [key, client] of clients) {
        const departure = departures.get(key) ?? now
        if (now >= end || (now >= departure && !actions.isBusy(client))) actions.sendAway(client)
      }
      await delay(DRAIN_STEP_MS)
    }
    for (const client of clients.values()) actions.terminate(client)
    isSendingAway = false
  }
  const checkAll = () => {
    for (const client of clients.values()) {
      detached(() => actions.check(client), {
        log,
        what: 'a client could not be checked',
        end: () => actions.terminate(client),
      })
    }
  }
  const sendLateAway = () => {
    if (!isSendingAway) detached(() => sendAllAway(LATE_MS, new Map()), { log, what: 'clients could not be sent away' })
  }
  return {
    get: (key: Key) => clients.get(key),
    size: () => clients.size,
    add(key: Key, client: Client): void {
      clients.set(key, client)
      timer ??= setInterval(checkAll, SECOND_MS)
      // In the next turn, since it is only being opened now.
      if (isDraining && !isSendingAway) setImmediate(sendLateAway)
    },
    remove(key: Key): void {
      clients.delete(key)
      if (clients.size > 0) return
      clearInterval(timer)
      timer = undefined
    },
    /**
     * Sends all away at random moments of the next `ms`, so that they do not all reconnect at once; also those that come later.
     * Resolves when all are gone.
     */
    async drain(ms: number): Promise<void> {
      isDraining = true
      const end = Date.now() + ms
      await sendAllAway(ms, new Map(clients.keys().map((key) => [key, end - Math.random() * ms])))
    },
  }
}
