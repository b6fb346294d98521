import { hearWith } from '../../chassis/transaction.ts'
import type { Ports } from './application/ports.ts'
import { registerStore } from './application/register-store.ts'
import { decorateOrder, receiveOrder, rejectOrder } from './application/work-on-order.ts'
import { hears } from './inbound/nats/hears.ts'

/** Wires the store context to its ports: real ones in main.ts, in-memory ones in tests and the simulation. */
export function wire(ports: Ports) {
  return {
    commands: {
      registerStore: registerStore.bind(null, ports),
      receiveOrder: receiveOrder.bind(null, ports),
      decorateOrder: decorateOrder.bind(null, ports),
      rejectOrder: rejectOrder.bind(null, ports),
    },
    hear: hearWith(ports.transact, hears),
  }
}

export type StoreContext = ReturnType<typeof wire>
