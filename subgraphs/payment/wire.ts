import { hearWith } from '../../chassis/transaction.ts'
import { charging } from './application/charge.ts'
import { closeAllUnheard } from './application/close-unheard.ts'
import type { Ports } from './application/ports.ts'
import { refunding } from './application/refund-part.ts'
import { settleDue } from './application/settle.ts'
import { hears } from './inbound/nats/hears.ts'

/** Wires the payment context to its ports: real ones in main.ts, in-memory ones in tests and the simulation. */
export function wire(ports: Ports) {
  const charges = charging(ports)
  const refunds = refunding(ports)
  return {
    commands: { charge: charges.charge, refundPart: refunds.refundPart },
    /** Resolves when no charge and no part refund is under way any more. */
    idle: async () => void (await Promise.all([charges.idle(), refunds.idle()])),
    settleDue: () => settleDue(ports),
    closeUnheard: () => closeAllUnheard(ports),
    hear: hearWith(ports.transact, hears),
  }
}

export type PaymentContext = ReturnType<typeof wire>
