// The floor of bench:orders: one process, written by hand on pg and nats, that takes an order as the contexts do, up to the stock
// that is reserved for it. It makes the same transactions, with the same statements, and the same requests to NATS and to the
// provider. It has no API, ORM, contracts, signatures or checks of what comes in, and nobody follows its live states.
import { createServer } from 'node:http'
import { json } from 'node:stream/consumers'
import { connectNats } from '../../../../chassis/nats/connection.ts'
import { openDatabase } from './database.ts'
import { hearForMyPage, openStoreOrder, reserve } from './hearers.ts'
import { confirm, hearPaid, hearStock, type PlaceOrder, place } from './order.ts'
import { charge, hearConfirmed, hearOrdered, providerAt } from './payment.ts'
import { consume, relayFacts, relayLive } from './streams.ts'

const setting = (name: string): string => {
  const value = process.env[name]
  if (value === undefined) throw new Error(`${name} is not set: proofs/bench/orders/contenders.ts starts the floor.`)
  return value
}
// The bench, which sets it, has one URL for each context that takes part.
const urls = JSON.parse(setting('DATABASE_URLS')) as Record<string, string>
const databaseOf = (context: string) => openDatabase(urls[context] ?? '')
const order = databaseOf('order')
const payment = databaseOf('payment')
const item = databaseOf('item')
const store = databaseOf('store')
const myPage = databaseOf('my-page')

const nats = await connectNats(setting('NATS_URL'), 'floor')
const callProvider = providerAt(setting('PROVIDER_URL'), setting('PROVIDER_TOKEN'))

// None of these ever resolves. If one fails, the process ends, and the bench with it.
for (const database of [order, payment, item]) void relayFacts(nats, database)
for (const database of [myPage, store]) void relayLive(nats, database)
void consume(nats, 'order', ['Paid', 'StockReserved'], (fact) =>
  fact.type === 'Paid' ? hearPaid(order, fact) : hearStock(order, fact),
)
void consume(nats, 'payment', ['Ordered'], (fact) => hearOrdered(payment, fact))
void consume(nats, 'payment-refunds', ['OrderConfirmed'], (fact) => hearConfirmed(payment, fact))
void consume(nats, 'item', ['OrderConfirmed'], (fact) => reserve(item, fact))
void consume(nats, 'store', ['StockReserved'], (fact) => openStoreOrder(store, fact))
void consume(nats, 'my-page', ['Ordered', 'Paid', 'OrderConfirmed', 'StockReserved'], (fact) =>
  hearForMyPage(myPage, fact),
)

createServer(async (request, response) => {
  // The bench first asks whether the port is listened at.
  if (request.method !== 'POST') {
    response.end()
    return
  }
  const input = (await json(request)) as PlaceOrder // The bench sends it.
  const placed = await place(order, input)
  await charge(payment, callProvider, placed, input)
  await confirm(order, placed.orderId)
  response.end(JSON.stringify({ id: placed.orderId }))
}).listen(Number(setting('PORT')), '127.0.0.1')
