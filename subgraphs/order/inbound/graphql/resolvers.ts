import { requireRole } from '../../../../chassis/graphql/callers.ts'
import type { Complete } from '../../../../chassis/graphql/resolvers.ts'
import { typeOf } from '../../../../chassis/graphql/resolvers.ts'
import { statusOf } from '../../domain/order.ts'
import type { OrderContext } from '../../wire.ts'
import type { Context } from './context.ts'
import { readDeliveryDays } from './delivery-days.ts'
import type { Resolvers, ResolversParentTypes } from './types.generated.ts'
import { type Carried, type CarriedReference, carriedFor, type OrderView, viewFor } from './views.ts'

/** The fields whose reading is recorded in the audit trail: they are about people who are none of our users, or written by one. */
export const personalData = [
  'Order.recipient',
  'Order.cardMessage',
  'Order.ribbon',
  'Order.sender',
  'Delivery.recipient',
  'Tracking.sender',
]

/** The resolvers of the order subgraph. */
export function resolversOn({ commands, now }: OrderContext): Complete<Resolvers, ResolversParentTypes> {
  return {
    Query: {
      order: (_, { id }, context) => readOrder(context, id),
    },
    Mutation: {
      placeOrder: async (_, { input }, { claims }) => commands.placeOrder(requireRole(claims, 'CUSTOMER').sub, input),
      payOrder: async (_, { input }, { claims }) => commands.payOrder(requireRole(claims, 'CUSTOMER').sub, input),
      cancelOrder: async (_, { input }, { claims }) => commands.cancelOrder(requireRole(claims, 'CUSTOMER').sub, input),
      correctRecipient: async (_, { input }, { claims }) =>
        commands.correctRecipient(requireRole(claims, 'CUSTOMER').sub, input),
    },
    Order: {
      __resolveReference: async ({ id }, context) => readOrder(context, id),
      status: statusOf,
      customer: ({ customerId }) => (customerId ? { id: customerId, disclosed: true } : null),
      store: ({ storeId }) => ({ id: storeId }),
      promise: ({ promise }) =>
        promise && { ...promise, startsAt: new Date(promise.startsAt), endsAt: new Date(promise.endsAt) },
    },
    Delivery: {
      __resolveReference: async (reference) => reference,
      recipient: async (delivery, _, context) => (await readCarried(context, delivery))?.recipient ?? null,
      district: async (delivery, _, context) => (await readCarried(context, delivery))?.district ?? null,
      lines: async (delivery, _, context) => (await readCarried(context, delivery))?.lines ?? null,
    },
    Tracking: {
      __resolveReference: async ({ orderId }) => ({ id: orderId, orderId }),
      // Only delivery refers to one, for who has the recipient's link.
      sender: async ({ orderId }, _, { reads }) => {
        const sender = (await reads.orders.load(orderId))?.sender
        return sender && !sender.anonymous ? sender.name : null
      },
    },
    Store: {
      __resolveReference: async ({ id }) => ({ id }),
      deliveryDays: ({ id }, args, { reads }) => readDeliveryDays(reads, id, args, now()),
    },
    OrderLine: {
      item: ({ itemId }) => ({ id: itemId }),
    },
    PlaceOrderResult: { __resolveType: typeOf },
    PayOrderResult: { __resolveType: typeOf },
    CancelOrderResult: { __resolveType: typeOf },
    CorrectRecipientResult: { __resolveType: typeOf },
  }
}

async function readOrder({ claims, reads }: Context, id: string): Promise<OrderView | null> {
  const order = claims && (await reads.orders.load(id))
  return order && viewFor(claims, order, await reads.stores.load(order.storeId))
}

async function readCarried({ claims, reads }: Context, delivery: CarriedReference): Promise<Carried | null> {
  const order = claims && (await reads.orders.load(delivery.id))
  return order && carriedFor(claims, order, await reads.stores.load(order.storeId), delivery)
}
