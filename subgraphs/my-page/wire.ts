import { hearWith } from '../../chassis/transaction.ts'
import type { Ports } from './application/ports.ts'
import { hears } from './inbound/nats/hears.ts'

/** The my-page context on whatever ports it is given: real ones in main.ts, in-memory ones in tests and the simulation. */
export const wire = ({ transact }: Ports) => ({ hear: hearWith(transact, hears) })
