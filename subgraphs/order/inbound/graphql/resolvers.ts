import { requireRole } from '../../../../chassis/graphql/callers.ts'
import type { Complete } from '../../../../chassis/graphql/resolvers.ts'
import { typeOf } from '../../../../chassis/graphql/resolvers.ts'
import { named } from '../../domain/erasing.ts'
import { statusOf } from '../../domain/order.ts'
import { won } from '../../domain/windows.ts'
import type { OrderContext } from '../../wire.ts'
import type { Context } from './context.ts'
import { readDeliveryDays, windowsOfDay } from './delivery-days.ts'
import type { Resolvers, ResolversParentTypes } from './types.generated.ts'
import { type Carried, type CarriedReference, carriedFor, type OrderView, viewFor } from './views.ts'

/** The fields whose reading is recorded in the audit trail: they are about people who are none of our users, or written by one. */
export const personalData = [
  'Order.recipient',
  'Order.cardMessage',
  'Order.ribbon',
  'Order.sender',
  'Delivery.recipient',
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
      recipient: ({ recipient }) => named(recipient),
      sender: ({ sender }) => named(sender),
      // Also for the orders that commands return.
      deliveryFee: ({ deliveryFee }) => deliveryFee ?? won(0),
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
      __resolveReference: async ({ orderId }) => ({ orderId }),
      // Only delivery refers to one, for who has the recipient's link: reading that is what the audit trail has.
      sender: async ({ orderId }, _, { reads }) => {
        const sender = named((await reads.orders.load(orderId))?.sender ?? null)
        return sender && !sender.anonymous ? sender.name : null
      },
    },
    Store: {
      __resolveReference: async ({ id }) => ({ id }),
      deliveryDays: ({ id }, args, { reads }) => readDeliveryDays(reads, id, args, now()),
    },
    DeliveryDay: {
      windows: (day, _, { reads }) => windowsOfDay(reads, day),
    },
    DeliveryWindow: {
      open: ({ open }) => (typeof open === 'function' ? open() : open),
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
