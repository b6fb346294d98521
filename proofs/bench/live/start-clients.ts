import { fork } from 'node:child_process'
import { resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { endWithParent, stop } from '../processes.ts'
import type { Clients, Report } from './clients.ts'

const DEADLINE_MS = 120_000

/** Starts the clients' process (clients.ts). Waiting fails at once if a client gets an unexpected message. */
export function startClients() {
  const child = fork(resolve(import.meta.dirname, 'clients.ts'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  endWithParent(child)
  let connected = 0
  let received = 0
  let text = ''
  const unexpected: string[] = []
  child.on('message', (report: Report) => {
    if ('connected' in report) connected = report.connected
    else if ('received' in report) ({ received, text } = report)
    else unexpected.push(report.unexpected)
  })
  // Polled every millisecond, because the time until the last delivery is measured.
  const waitUntil = async (isDone: () => boolean, progress: () => string) => {
    const deadline = Date.now() + DEADLINE_MS
    while (!isDone()) {
      if (unexpected.length) throw new Error(`${unexpected.length} clients got an unexpected message: ${unexpected[0]}`)
      if (Date.now() > deadline) throw new Error(`After ${DEADLINE_MS / 1_000} s: ${progress()}.`)
      await delay(1)
    }
  }
  return {
    connect: async (clients: Clients) => {
      received = 0
      child.send(clients)
      await waitUntil(
        () => connected === clients.urls.length,
        () => `${connected} of ${clients.urls.length} clients are connected`,
      )
    },
    received: () => received,
    text: () => text,
    /** Resolves when this many deliveries have been received since `connect`. */
    waitFor: (count: number) =>
      waitUntil(
        () => received >= count,
        () => `${received} of ${count} deliveries were received`,
      ),
    disconnect: async () => {
      child.send('disconnect')
      unexpected.length = 0
      await waitUntil(
        () => connected === 0,
        () => `${connected} clients are still connected`,
      )
      unexpected.length = 0
    },
    stop: () => stop(child),
  }
}
