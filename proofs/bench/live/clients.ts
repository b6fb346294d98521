// The clients of bench:live, in a process of their own: they count what they receive, and report it to the bench.
import { randomUUID } from 'node:crypto'
import { WebSocket } from 'ws'

/** How to connect: without `subscribe`, the bare server sends as its URL says; a router is subscribed to by graphql-transport-ws. */
export type Clients = { urls: string[]; subscribe?: { token: string; query: string; variables: object }[] }
export type Report = { connected: number } | { received: number; text: string } | { unexpected: string }

const report = (message: Report) => process.send?.(message)
let sockets: WebSocket[] = []
let received = 0
let text = ''

process.on('message', (command: Clients | 'disconnect') => {
  if (command === 'disconnect') {
    for (const socket of sockets) socket.terminate()
    sockets = []
    received = 0
    report({ connected: 0 })
  } else void connectAll(command)
})
// A message for each delivery would cost more than the delivery.
let reported = 0
setInterval(() => {
  if (received === reported) return
  reported = received
  report({ received, text })
}, 5)

/** Connections opened at once: few enough for any listen queue. */
const AT_ONCE = 64

async function connectAll({ urls, subscribe }: Clients): Promise<void> {
  for (let from = 0; from < urls.length; from += AT_ONCE) {
    const some = urls.slice(from, from + AT_ONCE)
    sockets.push(...(await Promise.all(some.map((url, index) => connect(url, subscribe?.[from + index])))))
  }
  report({ connected: sockets.length })
}

function connect(url: string, payload: NonNullable<Clients['subscribe']>[number] | undefined): Promise<WebSocket> {
  const socket = new WebSocket(url, payload ? 'graphql-transport-ws' : [], { perMessageDeflate: false })
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.once('open', () => {
      if (!payload) return resolve(socket)
      socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${payload.token}` } }))
    })
    socket.on('message', (data: Buffer) => {
      if (!payload || data.includes('"type":"next"')) {
        received += 1
        text = data.toString()
      } else if (data.includes('"connection_ack"')) {
        const { query, variables } = payload
        socket.send(JSON.stringify({ id: randomUUID(), type: 'subscribe', payload: { query, variables } }))
        resolve(socket)
      } else report({ unexpected: data.toString() })
    })
    socket.once('close', (code, reason) => {
      if (sockets.includes(socket)) report({ unexpected: `closed ${code} ${reason}` })
    })
  })
}
