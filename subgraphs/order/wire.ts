import { serializeByKey } from '../../chassis/keyed-queue.ts'
import { hearWith } from '../../chassis/transaction.ts'
import { cancelOrder } from './application/cancel-order.ts'
import { correctRecipient } from './application/correct-recipient.ts'
import { eraseCustomers } from './application/erase-customers.ts'
import { expireOrders } from './application/expire-orders.ts'
import { payOrder } from './application/pay-order.ts'
import { placeOrder } from './application/place-order.ts'
import type { Ports } from './application/ports.ts'
import { hears } from './inbound/nats/hears.ts'

/** Wires the order context to its ports: real ones in main.ts, in-memory ones in tests and the simulation. */
export function wire(ports: Ports) {
  return {
    commands: {
      placeOrder: placeOrder.bind(null, ports, { ofCustomer: serializeByKey(), ofStore: serializeByKey() }),
      payOrder: payOrder.bind(null, ports),
      cancelOrder: cancelOrder.bind(null, ports),
      correctRecipient: correctRecipient.bind(null, ports),
    },
    now: ports.now,
    expireOrders: () => expireOrders(ports),
    eraseCustomers: () => eraseCustomers(ports),
    hear: hearWith(ports.transact, hears),
  }
}

export type OrderContext = ReturnType<typeof wire>
