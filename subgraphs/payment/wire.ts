import { hearWith } from '../../chassis/transaction.ts'
import { charging } from './application/charge.ts'
import { closeAllUnheard } from './application/close-unheard.ts'
import type { Ports } from './application/ports.ts'
import { settleDue } from './application/settle.ts'
import { hears } from './inbound/nats/hears.ts'

/** Wires the payment context to its ports: real ones in main.ts, in-memory ones in tests and the simulation. */
export function wire(ports: Ports) {
  const { charge, idle } = charging(ports)
  return {
    commands: { charge },
    /** Resolves when no charge is under way any more. */
    idle,
    settleDue: () => settleDue(ports),
    closeUnheard: () => closeAllUnheard(ports),
    hear: hearWith(ports.transact, hears),
  }
}

export type PaymentContext = ReturnType<typeof wire>
