import { connect, type Socket } from 'node:net'
import { pino } from 'pino'
import { listen } from '../http.ts'

export type Listening = Awaited<ReturnType<typeof listen>>
const open: { close(): Promise<void> }[] = []
const sockets: Socket[] = []
/** A server on a free port of this machine; `endAll` closes it. */
export const serve = async (options: Partial<Parameters<typeof listen>[0]> = {}) => {
  const server = await listen({ host: '127.0.0.1', port: 0, needs: [], routes: {}, drainMs: 200, ...options })
  open.push(server)
  return server
}
/** A logger, and the lines that it is given. */
export const logged = () => {
  const lines: object[] = []
  return { lines, log: pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) }) }
}
export const get = async ({ port }: Listening, path: string, init?: RequestInit) => {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, init)
  return { status: response.status, body: await response.json() }
}
/** Sends raw bytes; `received` is the part of the response that has arrived. */
export const sendRaw = ({ port }: Listening, bytes: string) => {
  const socket = connect(port, '127.0.0.1')
  sockets.push(socket)
  const connection = { socket, received: '', isClosed: false }
  socket.setEncoding('utf8').on('data', (data) => (connection.received += data))
  socket.on('close', () => (connection.isClosed = true)).on('error', () => {})
  socket.write(bytes)
  return connection
}

/** Closes all servers and connections of a test. */
export async function endAll(): Promise<void> {
  for (const socket of sockets.splice(0)) socket.destroy()
  await Promise.all(open.splice(0).map((server) => server.close()))
}
