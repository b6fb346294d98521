import { hearWith } from '../../chassis/transaction.ts'
import type { Ports } from './application/ports.ts'
import { completeDelivery, departForDelivery } from './application/ride.ts'
import { hears } from './inbound/nats/hears.ts'

/** Wires the delivery context to its ports: real ones in main.ts, in-memory ones in tests and the simulation. */
export function wire(ports: Ports) {
  return {
    commands: {
      departForDelivery: departForDelivery.bind(null, ports),
      completeDelivery: completeDelivery.bind(null, ports),
    },
    hear: hearWith(ports.transact, hears),
  }
}

export type DeliveryContext = ReturnType<typeof wire>
