import { requireRole } from '../../../../chassis/graphql/callers.ts'
import type { Complete } from '../../../../chassis/graphql/complete.ts'
import { typeOf } from '../../../../chassis/graphql/scalars.ts'
import type { Order } from '../../domain/order.ts'
import type { OrderContext } from '../../wire.ts'
import type { Context } from './context.ts'
import type { Resolvers, ResolversParentTypes } from './types.generated.ts'
import { type OrderView, viewFor } from './views.ts'

/** The order context's part of the graph, on its commands. */
export function resolversOn({ commands }: OrderContext): Complete<Resolvers, ResolversParentTypes> {
  return {
    Query: {
      order: (_, { id }, context) => readOrder(context, id),
    },
    Mutation: {
      placeOrder: async (_, { input }, { claims }) => commands.placeOrder(requireRole(claims, 'CUSTOMER').sub, input),
      payOrder: async (_, { input }, { claims }) => commands.payOrder(requireRole(claims, 'CUSTOMER').sub, input),
      cancelOrder: async (_, { input }, { claims }) => commands.cancelOrder(requireRole(claims, 'CUSTOMER').sub, input),
    },
    Order: {
      __resolveReference: async ({ id }, context) => readOrder(context, id),
      id: ({ order }) => order.id,
      status: ({ order }) => order.status,
      placedAt: ({ order }) => order.placedAt,
      lines: ({ order }) => order.lines,
      recipient: ({ order }) => order.recipient,
      total: ({ order, sees }) => (sees === 'ALL' ? order.total : null),
      cardMessage: ({ order, sees }) => (sees === 'ALL' ? order.cardMessage : null),
      payBy: ({ order, sees }) => (sees === 'ALL' ? order.payBy : null),
      customer: ({ order, sees }) => (sees === 'ALL' ? { id: order.customerId, disclosed: true } : null),
      store: ({ order }) => ({ id: order.storeId }),
    },
    OrderLine: {
      item: ({ itemId }) => ({ id: itemId }),
    },
    OrderPayload: { order: shownToCustomer },
    PaymentDeclined: { order: shownToCustomer },
    PaymentDeferred: { order: shownToCustomer },
    PlaceOrderResult: { __resolveType: typeOf },
    PayOrderResult: { __resolveType: typeOf },
    CancelOrderResult: { __resolveType: typeOf },
  }
}

async function readOrder({ claims, reads }: Context, id: string): Promise<OrderView | null> {
  const order = claims && (await reads.orders.load(id))
  return order && viewFor(claims, order, await reads.stores.load(order.storeId))
}

/** Only its customer gets a result with an order in it. */
const shownToCustomer = ({ order }: { order: Order }): OrderView => ({ order, sees: 'ALL' })
