import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'
import { UserError } from '../../user-error.ts'

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

/** A port that the operator has set; 0: a free one. */
export type PublicPort = { setting: string; port: number }

/** These ports, each of which must be free; a free one for 0. All are added to `taken`. Throws a UserError for all that can't be used. */
export async function publicPorts(requested: PublicPort[], taken: Set<number>): Promise<number[]> {
  const problems = await Promise.all(
    requested.map((each, index) => {
      const twin = requested.slice(0, index).find(({ port }) => port === each.port && port !== 0)
      return twin ? `Port ${each.port} is ${twin.setting}'s already: choose another ${each.setting}.` : problemOf(each)
    }),
  )
  const inUse = problems.filter((problem) => problem !== undefined)
  if (inUse.length > 0) throw new UserError(inUse.join('\n'))
  for (const { port } of requested) if (port !== 0) taken.add(port)
  return Promise.all(requested.map(({ port }) => (port === 0 ? freePort(taken) : port)))
}

async function problemOf({ setting, port }: PublicPort): Promise<string | undefined> {
  if (port === 0) return undefined
  const outcome = await tryPort(port)
  if (outcome === 'EADDRINUSE')
    return `Port ${port} is in use: choose another with ${setting}, e.g. ${setting}=${port + 1} npm start`
  if (outcome !== 'free') return `Port ${port} (${setting}) can not be used: ${outcome}.`
  if (await isRefusedByFetch(port))
    return `Port ${port} (${setting}) can not be used: browsers, and fetch, refuse to ask it.`
  return undefined
}

/** Whether browsers refuse the port, because it belongs to another protocol (the Fetch standard's "bad ports"). */
const isRefusedByFetch = (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}`).then(
    () => false,
    ({ cause }) => cause?.message === 'bad port',
  )

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
