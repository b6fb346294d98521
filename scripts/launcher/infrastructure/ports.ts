import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'

/**
 * Below the range systems take for outgoing connections (Linux 32768…60999, macOS 49152…65535): a process that is
 * replaced must find its port free.
 */
const RANGE = { first: 20_000, last: 32_000 }

/** Whether 127.0.0.1:port can be listened on now; the error's code where it cannot. */
export function tryPort(port: number, host = '127.0.0.1'): Promise<'free' | string> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown'))
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve('free')))
  })
}

/**
 * A port free now and unlikely to be taken soon; never one of `taken`, to which it is added. Nor one that was picked by any other
 * process of ours that still runs: each holds the UDP port of the same number until it ends, for between picking a port and
 * listening on it others pick theirs.
 */
export async function freePort(taken: Set<number> = new Set(), { first, last } = RANGE): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = randomInt(first, last)
    if (taken.has(port) || (await tryPort(port)) !== 'free' || !(await hold(port))) continue
    taken.add(port)
    return port
  }
  throw new Error(`No port is free between ${first} and ${last}.`)
}

/** Whether nobody held it; from now on this process does. */
function hold(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const holder = createSocket('udp4')
    holder.once('error', () => resolve(false))
    holder.bind({ port, address: '127.0.0.1', exclusive: true }, () => {
      holder.unref()
      resolve(true)
    })
  })
}
