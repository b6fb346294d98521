import { fork } from 'node:child_process'
import { resolve } from 'node:path'
import { until } from '../../../scripts/client.ts'
import { endWithParent, stop } from '../processes.ts'
import type { Clients, Told } from './clients.ts'

/** A process full of clients. */
export function startClients() {
  const child = fork(resolve(import.meta.dirname, 'clients.ts'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  endWithParent(child)
  let connected = 0
  let received = 0
  let text = ''
  const unexpected: string[] = []
  child.on('message', (told: Told) => {
    if ('connected' in told) connected = told.connected
    else if ('received' in told) ({ received, text } = told)
    else unexpected.push(told.unexpected)
  })
  const fine = <T>(value: T): T => {
    if (unexpected.length) throw new Error(`${unexpected.length} clients were told: ${unexpected[0]}`)
    return value
  }
  return {
    connect: async (clients: Clients) => {
      received = 0
      child.send(clients)
      await until('all clients are connected', async () => fine(connected === clients.urls.length), 120_000)
    },
    received: () => received,
    text: () => text,
    /** Once so many have come in all; throws what a client was told instead. */
    has: async (count: number) => {
      const deadline = Date.now() + 60_000
      while (fine(received) < count) {
        if (Date.now() > deadline) throw new Error(`Only ${received} of ${count} deliveries came within a minute.`)
        await new Promise((resolve) => setTimeout(resolve, 1))
      }
    },
    hangUp: async () => {
      child.send('hang up')
      await until('all clients are gone', async () => connected === 0)
      unexpected.length = 0
    },
    stop: () => stop(child),
  }
}
