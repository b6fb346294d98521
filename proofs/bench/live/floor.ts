// The floors of bench:live: a bare ws server that forwards each message from NATS unchanged. Before it forwards a message
// on `fetching.`, it fetches from the order context, which is the least that a hand-written router would do.
import { Agent, request } from 'undici'
import { type WebSocket, WebSocketServer } from 'ws'
import { connectNats } from '../../../chassis/nats/connection.ts'
import { orderIdOf } from './orders.ts'

const { PORT, NATS_URL = '', ORDERS_URL = '' } = process.env
const server = new WebSocketServer({ host: '127.0.0.1', port: Number(PORT), perMessageDeflate: false })
const listeners = new Map<string, WebSocket[]>()
server.on('connection', (socket, { url }) => {
  const subject = decodeURIComponent((url ?? '').slice(1))
  const others = listeners.get(subject)
  if (others) others.push(socket)
  else listeners.set(subject, [socket])
})
const deliver = (n: string, data: Uint8Array) => {
  for (const socket of listeners.get(`floor.${n}`) ?? []) socket.send(data, { binary: false })
}

const dispatcher = new Agent({ connections: 256 })
const query = 'query($representations:[_Any!]!){_entities(representations:$representations){...on Order{status}}}'
async function fetchAndDeliver(n: string, data: Uint8Array): Promise<void> {
  const variables = { representations: [{ __typename: 'Order', id: orderIdOf(Number(n)) }] }
  const headers = { 'content-type': 'application/json' }
  const answer = await request(ORDERS_URL, {
    ...{ dispatcher, method: 'POST', headers },
    body: JSON.stringify({ query, variables }),
  })
  await answer.body.json()
  deliver(n, data)
}

const { connection } = await connectNats(NATS_URL, 'floor')
const keyOf = (subject: string) => subject.slice(subject.indexOf('.') + 1)
async function deliverWithFetch(): Promise<void> {
  for await (const { subject, data } of connection.subscribe('fetching.>')) void fetchAndDeliver(keyOf(subject), data)
}
void deliverWithFetch()
for await (const { subject, data } of connection.subscribe('floor.>')) deliver(keyOf(subject), data)
