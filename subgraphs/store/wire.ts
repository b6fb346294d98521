import { hearWith, type Transact } from '../../chassis/transaction.ts'
import type { SaidBy } from '../../schema/events/facts.ts'
import type { Clock, Ports, Tables } from './application/ports.ts'
import { registerStore } from './application/register-store.ts'
import { rejectUnacceptedOrders } from './application/reject-unaccepted.ts'
import { setDeliveryCalendar } from './application/set-calendar.ts'
import { decorateOrder, receiveOrder, rejectOrder } from './application/work-on-order.ts'
import { hears } from './inbound/nats/hears.ts'

/** Wires the store context to its ports: real ones in main.ts, in-memory ones in tests and the simulation. */
export function wire(ports: Ports) {
  const clock: Clock = { now: ports.now, acceptWithinMs: ports.settings.acceptWithinMs }
  const hearing: Transact<Tables & Clock, SaidBy<'store'>> = (cause, work) =>
    ports.transact(cause, (tx) => work({ ...tx, ...clock }))
  return {
    commands: {
      registerStore: registerStore.bind(null, ports),
      setDeliveryCalendar: setDeliveryCalendar.bind(null, ports),
      receiveOrder: receiveOrder.bind(null, ports),
      decorateOrder: decorateOrder.bind(null, ports),
      rejectOrder: rejectOrder.bind(null, ports),
    },
    rejectUnacceptedOrders: rejectUnacceptedOrders(ports),
    hear: hearWith(hearing, hears),
  }
}

export type StoreContext = ReturnType<typeof wire>
