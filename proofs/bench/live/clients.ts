// The clients of bench:live, in their own process. They count the messages that they receive, and report to the bench.
import { randomUUID } from 'node:crypto'
import { WebSocket } from 'ws'

/** The connections: with `subscribe`, to a router by graphql-transport-ws; without, to the bare server, by the URL's subject. */
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
// Reported at intervals, because a report for each delivery would cost more than the delivery.
let reported = 0
setInterval(() => {
  if (received === reported) return
  reported = received
  report({ received, text })
}, 5)

/** Connections opened at once: few enough for any listen queue. */
const CONCURRENT_CONNECTS = 64

async function connectAll({ urls, subscribe }: Clients): Promise<void> {
  for (let from = 0; from < urls.length; from += CONCURRENT_CONNECTS) {
    const batch = urls.slice(from, from + CONCURRENT_CONNECTS)
    sockets.push(...(await Promise.all(batch.map((url, index) => connect(url, subscribe?.[from + index])))))
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
