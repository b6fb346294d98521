import { setTimeout as delay } from 'node:timers/promises'
import { detached } from '../../chassis/detached.ts'
import type { Logger } from '../../chassis/log.ts'

/** How long a client may take to say goodbye in its turn, once it was told to go. */
const PARTING_MS = 1_000
const DRAIN_STEP_MS = 50

/** What all clients of one transport have done to them. */
export type Care<Client> = {
  /** Looks after one of them, once a second. */
  look(client: Client): void
  /** Whether it waits for an answer that will come by itself, which is better not cut off. */
  isBusy(client: Client): boolean
  /** Tells it to go (the process stops). */
  send(client: Client): void
  /** Cuts it off. */
  cut(client: Client): void
}

export type Clients<Key, Client> = ReturnType<typeof createClients<Key, Client>>

/**
 * The clients of one transport, by their connection. One timer looks after all of them, as long as there are any.
 * `tickMs` is shorter in tests only.
 */
export function createClients<Key, Client>(care: Care<Client>, log: Logger, tickMs = 1_000) {
  const clients = new Map<Key, Client>()
  let timer: NodeJS.Timeout | undefined

  const walk = () => {
    for (const client of clients.values()) {
      detached(() => care.look(client), {
        log,
        what: 'a client could not be looked after',
        end: () => care.cut(client),
      })
    }
  }
  return {
    get: (key: Key) => clients.get(key),
    size: () => clients.size,
    add(key: Key, client: Client): void {
      clients.set(key, client)
      timer ??= setInterval(walk, tickMs)
    },
    remove(key: Key): void {
      clients.delete(key)
      if (clients.size > 0) return
      clearInterval(timer)
      timer = undefined
    },
    /** Sends all away, at random moments of the next `ms`, lest they all come back at once; ends when all are gone. */
    async drain(ms: number): Promise<void> {
      const end = Date.now() + ms
      const turns = new Map(clients.keys().map((key) => [key, end - Math.random() * ms]))
      while (clients.size > 0 && Date.now() < end + PARTING_MS) {
        const now = Date.now()
        for (const [key, client] of clients) {
          const turn = turns.get(key) ?? now
          if (now >= end || (now >= turn && !care.isBusy(client))) care.send(client)
        }
        await delay(Math.min(DRAIN_STEP_MS, tickMs))
      }
      for (const client of clients.values()) care.cut(client)
    },
  }
}
