import { hearWith } from '../../chassis/transaction.ts'
import { changeItemPrice, changeItemStock, withdrawItem } from './application/change-item.ts'
import { setItemPhoto } from './application/item-photo.ts'
import type { Ports } from './application/ports.ts'
import { registerItem } from './application/register-item.ts'
import { hears } from './inbound/nats/hears.ts'

/** Wires the item context to its ports: real ones in main.ts, in-memory ones in tests and the simulation. */
export function wire(ports: Ports) {
  return {
    commands: {
      registerItem: registerItem.bind(null, ports),
      changeStock: changeItemStock.bind(null, ports),
      changeItemPrice: changeItemPrice.bind(null, ports),
      setItemPhoto: setItemPhoto.bind(null, ports),
      withdrawItem: withdrawItem.bind(null, ports),
    },
    hear: hearWith(ports.transact, hears),
  }
}

export type ItemContext = ReturnType<typeof wire>
