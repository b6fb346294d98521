import { performance } from 'node:perf_hooks'
import { WebSocket } from 'ws'
import { until } from '../../../chassis/testing/until.ts'
import { people } from '../../e2e/people.ts'
import { startStack } from '../../testing/stack.ts'

const STORE_ORDERS = `subscription ($storeId: ID!) { storeOrderUpdated(storeId: $storeId) {
  kind cursor storeOrder { id status } } }`

/** In ms: from when a mutation was sent, and from when its answer came (so: about its commit), until the update came. */
export type Latency = { sinceSent: number[]; sinceAnswered: number[] }

/** The whole system, and a florist who watches the store and receives `orders` (at most 100: the stock) orders, one by one. */
export async function measureLatency(orders: number): Promise<Latency> {
  const stack = await startStack()
  try {
    const app = await people(stack)
    const item = await app.itemCalled('안개꽃한다발')
    const seen = await watch(stack.url, app.tokenOf('bundang') ?? '', item.store.id)
    const latency: Latency = { sinceSent: [], sinceAnswered: [] }
    for (let n = 0; n < orders; n++) {
      const { order } = await app.place('lee', item, 1)
      await until(() => seen.has(`${order.id} NEW`), 'the florist sees the order')
      const sent = performance.now()
      await app.step('bundang', 'receive', order.id)
      const answered = performance.now()
      const came = await until(() => seen.get(`${order.id} RECEIVED`), 'the florist sees it received')
      latency.sinceSent.push(came - sent)
      latency.sinceAnswered.push(came - answered)
    }
    seen.stop()
    return latency
  } finally {
    await stack.stop()
  }
}

/** When each order was first seen in each status, by `<id> <status>`. */
async function watch(url: string, token: string, storeId: string) {
  const seen = new Map<string, number>()
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
    const shown = payload?.data?.storeOrderUpdated?.storeOrder
    if (shown && !seen.has(`${shown.id} ${shown.status}`)) seen.set(`${shown.id} ${shown.status}`, now)
    if (type === 'error' || payload?.errors) throw new Error(String(data))
  })
  await until(() => socket.readyState === WebSocket.OPEN, 'the florist is connected')
  return Object.assign(seen, { stop: () => socket.terminate() })
}
