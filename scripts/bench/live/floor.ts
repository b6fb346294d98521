// The floor of bench:live: a bare ws server that passes on what NATS brings, and does nothing else.
import { type WebSocket, WebSocketServer } from 'ws'
import { connectNats } from '../../../chassis/nats/connection.ts'

const server = new WebSocketServer({ host: '127.0.0.1', port: Number(process.env.PORT), perMessageDeflate: false })
const listeners = new Map<string, WebSocket[]>()
server.on('connection', (socket, { url }) => {
  const subject = decodeURIComponent((url ?? '').slice(1))
  const others = listeners.get(subject)
  if (others) others.push(socket)
  else listeners.set(subject, [socket])
})

const { connection } = await connectNats(process.env.NATS_URL ?? '', 'floor')
for await (const { subject, data } of connection.subscribe('floor.>')) {
  for (const socket of listeners.get(subject) ?? []) socket.send(data, { binary: false })
}
