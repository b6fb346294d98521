import { type Caller, hasRole, requireRole } from '../../../../chassis/graphql/callers.ts'
import type { Complete } from '../../../../chassis/graphql/resolvers.ts'
import { typeOf } from '../../../../chassis/graphql/resolvers.ts'
import { isId } from '../../../../chassis/ids.ts'
import { type KnownDelivery, mayRead, promiseOf, type Reader } from '../../domain/delivery.ts'
import type { DeliveryContext } from '../../wire.ts'
import type { Context } from './context.ts'
import type { Resolvers, ResolversParentTypes } from './types.generated.ts'

/** The resolvers of the delivery subgraph. */
export function resolversOn({ commands }: DeliveryContext): Complete<Resolvers, ResolversParentTypes> {
  return {
    Query: {
      deliveries: (_, { status, ...page }, { claims, reads }) =>
        claims && isId(claims.sub) && hasRole(claims, 'RIDER') ? reads.pageFor(claims.sub, status ?? null, page) : null,
    },
    Mutation: {
      departForDelivery: async (_, { input }, { claims }) =>
        commands.departForDelivery(requireRole(claims, 'RIDER').sub, input),
      completeDelivery: async (_, { input }, { claims }) =>
        commands.completeDelivery(readerOf(requireRole(claims, 'RIDER')), input),
    },
    Delivery: {
      __resolveReference: async ({ id }, context) => readDelivery(context, id),
      order: ({ id }) => ({ id }),
      promise: promiseOf,
      // Everyone who may read the delivery may see its rider's name.
      rider: ({ riderId }) => (riderId ? { id: riderId, disclosed: true } : null),
    },
    Order: {
      __resolveReference: async ({ id }) => ({ id }),
      delivery: ({ id }, _, context) => readDelivery(context, id),
    },
    DeliveryResult: { __resolveType: typeOf },
  }
}

async function readDelivery({ claims, reads }: Context, id: string): Promise<KnownDelivery | null> {
  const delivery = claims && (await reads.deliveries.load(id))
  return delivery && mayRead(delivery, readerOf(claims)) ? delivery : null
}

const readerOf = (caller: Caller): Reader => ({ id: caller.sub, isRider: hasRole(caller, 'RIDER') })
