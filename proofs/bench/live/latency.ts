import { performance } from 'node:perf_hooks'
import { WebSocket } from 'ws'
import { until } from '../../../chassis/testing/until.ts'
import { uuidOf } from '../../e2e/ids.ts'
import { people } from '../../e2e/people.ts'
import { startStack } from '../../testing/stack.ts'

const STORE_ORDERS = `subscription ($storeId: ID!) { storeOrderUpdated(storeId: $storeId) {
  kind cursor storeOrder { id status } } }`

/** In ms: from sending a mutation, and from receiving its response (about its commit), until the update arrives. */
export type Latency = { sinceSent: number[]; sinceAnswered: number[] }

/** Starts the whole system. A florist watches the store and receives `orders` orders one by one (at most 100, the stock). */
export async function measureLatency(orders: number): Promise<Latency> {
  const stack = await startStack()
  try {
    const app = await people(stack)
    const item = await app.itemCalled('안개꽃한다발')
    const firstSeen = await watch(stack.url, app.tokenOf('bundang') ?? '', item.store.id)
    const latency: Latency = { sinceSent: [], sinceAnswered: [] }
    for (let n = 0; n < orders; n++) {
      const { order } = await app.place('lee', item, 1)
      await until(() => firstSeen.has(`${uuidOf(order.id)} NEW`), 'the florist sees the order')
      const sentAt = performance.now()
      await app.step('bundang', 'receive', order.id)
      const answeredAt = performance.now()
      const receivedAt = await until(
        () => firstSeen.get(`${uuidOf(order.id)} RECEIVED`),
        'the florist sees that it is received',
      )
      latency.sinceSent.push(receivedAt - sentAt)
      latency.sinceAnswered.push(receivedAt - answeredAt)
    }
    firstSeen.stop()
    return latency
  } finally {
    await stack.stop()
  }
}

/** The times when each order was first seen in each status, by `<id> <status>`. */
async function watch(url: string, token: string, storeId: string) {
  const firstSeen = new Map<string, number>()
  const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws')
  socket.on('open', () => {
    socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }))
  })
  socket.on('message', (data) => {
    const now = performance.now()
    const { type, payload } = JSON.parse(String(data))
    if (type === 'connection_ack') {
      const payload = { query: STORE_ORDERS, variables: { storeId } }
      socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload }))
    }
    const storeOrder = payload?.data?.storeOrderUpdated?.storeOrder
    const seen = storeOrder && `${uuidOf(storeOrder.id)} ${storeOrder.status}`
    if (seen && !firstSeen.has(seen)) firstSeen.set(seen, now)
    if (type === 'error' || payload?.errors) throw new Error(String(data))
  })
  await until(() => socket.readyState === WebSocket.OPEN, 'the florist is connected')
  return Object.assign(firstSeen, { stop: () => socket.terminate() })
}
