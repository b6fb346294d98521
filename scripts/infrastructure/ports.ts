import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/**
 * Below the range systems take for outgoing connections (Linux 32768…60999, macOS 49152…65535): a process that is
 * replaced must find its port free.
 */
const FIRST = 20_000
const LAST = 32_000

/** Whether 127.0.0.1:port can be listened on now; the error's code where it cannot. */
export function tryPort(port: number, host = '127.0.0.1'): Promise<'free' | string> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown'))
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve('free')))
  })
}

/** A port free now and unlikely to be taken soon; never one of `taken`, to which it is added. */
export async function freePort(taken: Set<number> = new Set()): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = randomInt(FIRST, LAST)
    if (taken.has(port) || (await tryPort(port)) !== 'free') continue
    taken.add(port)
    return port
  }
  throw new Error(`No port is free between ${FIRST} and ${LAST}.`)
}
