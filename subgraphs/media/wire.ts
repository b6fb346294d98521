import { hearWith } from '../../chassis/transaction.ts'
import type { Ports } from './application/ports.ts'
import { hears } from './inbound/nats/hears.ts'

/** Wires the media context to its ports: real ones in main.ts, in-memory ones in tests. */
export const wire = ({ transact }: Ports) => ({ hear: hearWith(transact, hears) })
