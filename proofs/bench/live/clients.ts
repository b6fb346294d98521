// The clients of bench:live, in a process of their own: they count what comes, and tell the bench.
import { randomUUID } from 'node:crypto'
import { WebSocket } from 'ws'

/** How to connect: the bare floor sends by the URL; a router is asked by graphql-transport-ws. */
export type Clients = { urls: string[]; subscribe?: { token: string; query: string; variables: object }[] }
export type Told = { connected: number } | { received: number; text: string } | { unexpected: string }

const tell = (told: Told) => process.send?.(told)
let sockets: WebSocket[] = []
let received = 0
let text = ''

process.on('message', (order: Clients | 'hang up') => {
  if (order === 'hang up') {
    for (const socket of sockets) socket.terminate()
    sockets = []
    received = 0
    tell({ connected: 0 })
  } else void connectAll(order)
})
// A message for each delivery would cost more than the delivery.
let told = 0
setInterval(() => {
  if (received === told) return
  told = received
  tell({ received, text })
}, 5)

/** So many are connecting at once that no listen queue overflows. */
const AT_ONCE = 64

async function connectAll({ urls, subscribe }: Clients): Promise<void> {
  for (let from = 0; from < urls.length; from += AT_ONCE) {
    const some = urls.slice(from, from + AT_ONCE)
    sockets.push(...(await Promise.all(some.map((url, index) => connect(url, subscribe?.[from + index])))))
  }
  tell({ connected: sockets.length })
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
      } else tell({ unexpected: data.toString() })
    })
    socket.once('close', (code, reason) => {
      if (sockets.includes(socket)) tell({ unexpected: `closed ${code} ${reason}` })
    })
  })
}
