import { connect, type Socket } from 'node:net'

/** What came of bytes that were sent as they are: all that was answered, and how it ended. */
export type Heard = { text: string; ended: 'closed' | 'late' }

const LATE_MS = 5_000

/**
 * Sends bytes over a connection of its own, and says that no more come. Answers when the server has closed; `late`: it has not
 * within five seconds. `after` is sent once something has come.
 */
export function talk(port: number, bytes: Buffer[], after: Buffer[] = []): Promise<Heard> {
  const { promise, resolve } = Promise.withResolvers<Heard>()
  const parts: Buffer[] = []
  const socket: Socket = connect({ port, host: '127.0.0.1' })
  const end = (ended: Heard['ended']) => {
    clearTimeout(timer)
    socket.destroy()
    resolve({ text: Buffer.concat(parts).toString('latin1'), ended })
  }
  const timer = setTimeout(end, LATE_MS, 'late')
  const finish = () => {
    for (const part of after) socket.write(part)
    socket.end()
  }
  socket.on('data', (part) => {
    if (parts.push(part) === 1 && after.length) finish()
  })
  socket.on('close', () => end('closed')).on('error', () => {})
  socket.on('connect', () => {
    for (const part of bytes) socket.write(part)
    if (after.length === 0) socket.end()
  })
  return promise
}
