import { followCorrection } from '../../../subgraphs/delivery/application/follow-orders.ts'
import { keep } from '../../../subgraphs/delivery/application/keep.ts'
import { cancel } from '../../../subgraphs/delivery/domain/delivery.ts'
import { hears as deliveryHears } from '../../../subgraphs/delivery/inbound/nats/hears.ts'
import type { Tx as OrderTx } from '../../../subgraphs/order/application/ports.ts'
import type { Order } from '../../../subgraphs/order/domain/order.ts'
import { hears as orderHears } from '../../../subgraphs/order/inbound/nats/hears.ts'
import type { Plant } from '../plant.ts'
import { withTable } from './table-changes.ts'

const ENDS = ['DELIVERED', 'RETURNED', 'CANCELLED', 'REJECTED', 'EXPIRED']

/** Mistakes in what happens at the door. */
export const door = {
  /** Whoever departed first with an order reads its address for good. */
  'rider-of-the-order': { riderKnowing: ({ attempts }) => attempts[0]?.riderId ?? null },

  /** The latest fact about an attempt counts, whichever attempt that was. */
  'attempt-goes-back': {
    orderHears: {
      ...orderHears,
      DepartedForDelivery: (tx, { data }) => attempted(tx, data.orderId, data.attempt ?? 1, false),
      DeliveryAttemptFailed: (tx, { data }) => attempted(tx, data.orderId, data.attempt, true),
    },
  },

  /** An order can only fail after it was heard to have departed. */
  'failed-before-departed-ignored': {
    orderHears: {
      ...orderHears,
      DeliveryAttemptFailed: async (tx, fact) => {
        const order = await tx.orders.find(fact.data.orderId)
        if (order?.status === 'OUT_FOR_DELIVERY') await orderHears.DeliveryAttemptFailed?.(tx, fact)
      },
    },
  },

  /** A late cancellation stops the second attempt, too. */
  'second-attempt-cancelled': {
    deliveryHears: {
      ...deliveryHears,
      RegistrationCancelled: async (tx, { data }) => {
        const existing = await tx.deliveries.find(data.orderId)
        if (!data.decorated) return
        const decision = cancel(existing?.status === 'REQUESTED' ? { ...existing, attempt: 1 } : existing, data.orderId)
        if (decision) keep(tx, existing, decision)
      },
    },
  },

  /** A rider's command that names no attempt is taken to be about the present one. */
  'null-attempt-is-present': {
    deliveryCommands: (commands, ports) => {
      const named = async (input: unknown) => {
        const { deliveryId, attempt } = input as { deliveryId: string; attempt: number | null } // what riders send
        const delivery = await ports.transact(ports.newId(), (tx) => tx.deliveries.find(deliveryId))
        return { deliveryId, attempt: attempt ?? delivery?.attempt ?? 1 }
      }
      return {
        ...commands,
        departForDelivery: async (rider, input) => commands.departForDelivery(rider, await named(input)),
        completeDelivery: async (rider, input) => commands.completeDelivery(rider, await named(input)),
      }
    },
  },

  /** The link that went to the old phone number goes on. */
  'link-survives-phone': {
    deliveryHears: {
      ...deliveryHears,
      RecipientCorrected: (tx, fact) => followCorrection(tx, { ...fact, data: { orderId: fact.data.orderId } }),
    },
  },

  /** Only the last rider's departure is kept, so that a repeated command is not recognized. */
  'attempts-forgotten': {
    delivery: (ports) => ({
      ...ports,
      transact: withTable(ports.transact, 'deliveries', (deliveries) => ({
        save: (delivery) => deliveries.save({ ...delivery, attempts: delivery.attempts.slice(-1) }),
      })),
    }),
  },

  /** What nobody brings back is never returned. */
  'no-return-timer': { delivery: (ports) => ({ ...ports, dueAt: async () => [] }) },
} satisfies { [name: string]: Plant }

async function attempted(tx: OrderTx, id: string, attempt: number, attemptFailed: boolean): Promise<void> {
  const order = await tx.orders.find(id)
  if (!order || ENDS.includes(order.status)) return
  const status: Order['status'] = 'OUT_FOR_DELIVERY'
  tx.orders.save({ ...order, status, attempt, attemptFailed })
}
