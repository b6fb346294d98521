import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'

/**
 * Below the ephemeral ports (Linux 32768…60999, macOS 49152…65535), so that no outgoing connection takes the port of a
 * process while it is restarted.
 */
const RANGE = { first: 20_000, last: 32_000 }

/** 'free' if the port can be listened on now, otherwise the error's code. */
export function tryPort(port: number, host = '127.0.0.1'): Promise<'free' | string> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown'))
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve('free')))
  })
}

/**
 * A free port, not one of `taken`, to which it is added. Between picking a port and listening on it, other processes of ours
 * may pick theirs; so each reserves the UDP port of the same number until it ends.
 */
export async function freePort(taken: Set<number> = new Set(), { first, last } = RANGE): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = randomInt(first, last)
    if (taken.has(port) || (await tryPort(port)) !== 'free' || !(await reserve(port))) continue
    taken.add(port)
    return port
  }
  throw new Error(`No port is free between ${first} and ${last}.`)
}

/** Reserves the port for this process; false if another process has reserved it. */
function reserve(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4')
    socket.once('error', () => resolve(false))
    socket.bind({ port, address: '127.0.0.1', exclusive: true }, () => {
      socket.unref()
      resolve(true)
    })
  })
}
