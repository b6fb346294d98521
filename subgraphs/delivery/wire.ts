import { hearWith } from '../../chassis/transaction.ts'
import { tracked, trackTokenOf } from './application/link.ts'
import type { Ports } from './application/ports.ts'
import { requestRedelivery, setTracking } from './application/redeliver.ts'
import { returnDue } from './application/return-due.ts'
import { completeDelivery, departForDelivery, reportFailedAttempt, returnFlowers } from './application/ride.ts'
import type { Delivery, KnownDelivery } from './domain/delivery.ts'
import { riderKnowing } from './domain/tracking.ts'
import { hears } from './inbound/nats/hears.ts'

/** Wires the delivery context to its ports: real ones in main.ts, in-memory ones in tests and the simulation. */
export function wire(ports: Ports) {
  const { now, settings } = ports
  return {
    commands: {
      departForDelivery: departForDelivery.bind(null, ports),
      completeDelivery: completeDelivery.bind(null, ports),
      reportFailedAttempt: reportFailedAttempt.bind(null, ports),
      returnFlowers: returnFlowers.bind(null, ports),
      requestRedelivery: requestRedelivery.bind(null, ports),
      setTracking: setTracking.bind(null, ports),
    },
    /** What is read of a delivery at the present time. */
    shows: {
      riderKnowing: (delivery: KnownDelivery) => riderKnowing(delivery, now()),
      trackToken: (delivery: KnownDelivery) => trackTokenOf(settings.linkSecret, delivery, now()),
      tracked: (token: string, delivery: Delivery | null) => tracked(settings.linkSecret, token, delivery, now()),
    },
    returnDue: returnDue(ports),
    hear: hearWith(ports.transact, hears),
  }
}

export type DeliveryContext = ReturnType<typeof wire>
