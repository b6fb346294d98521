import { connect, type Socket } from 'node:net'

/** The response to raw bytes, and how the connection ended. */
export type Received = { text: string; ended: 'closed' | 'late' }

const LATE_MS = 5_000

/**
 * Sends bytes over a new connection, then ends its side. Resolves when the server has closed the connection; `late` means
 * that it did not within five seconds. `after` is sent once a response has begun.
 */
export function sendBytes(port: number, bytes: Buffer[], after: Buffer[] = []): Promise<Received> {
  const { promise, resolve } = Promise.withResolvers<Received>()
  const parts: Buffer[] = []
  const socket: Socket = connect({ port, host: '127.0.0.1' })
  const end = (ended: Received['ended']) => {
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
