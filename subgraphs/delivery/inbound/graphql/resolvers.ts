import { type Caller, hasRole, requireRole } from '../../../../chassis/graphql/callers.ts'
import type { Complete } from '../../../../chassis/graphql/resolvers.ts'
import { typeOf } from '../../../../chassis/graphql/resolvers.ts'
import { isId } from '../../../../chassis/ids.ts'
import { attemptsFor } from '../../application/attempts-shown.ts'
import { deliveryNamedBy } from '../../application/link.ts'
import { isParty, type KnownDelivery, mayRead, promiseOf, type Reader } from '../../domain/delivery.ts'
import type { DeliveryContext } from '../../wire.ts'
import type { Context } from './context.ts'
import type { Resolvers, ResolversParentTypes } from './types.generated.ts'

/** The fields whose reading is recorded in the audit trail. */
export const personalData = ['DeliveryAttempt.note', 'Delivery.trackToken']

/** The resolvers of the delivery subgraph. */
export function resolversOn({ commands, shows }: DeliveryContext): Complete<Resolvers, ResolversParentTypes> {
  return {
    Query: {
      deliveries: (_, { status, ...page }, { claims, reads }) =>
        claims && isId(claims.sub) && hasRole(claims, 'RIDER') ? reads.pageFor(claims.sub, status ?? null, page) : null,
      track: async (_, { token }, { reads }) => {
        const id = deliveryNamedBy(token)
        return id === null ? null : shows.tracked(token, await reads.deliveries.load(id))
      },
    },
    Mutation: {
      departForDelivery: async (_, { input }, { claims }) =>
        commands.departForDelivery(readerOf(requireRole(claims, 'RIDER')), input),
      completeDelivery: async (_, { input }, { claims }) =>
        commands.completeDelivery(readerOf(requireRole(claims, 'RIDER')), input),
      reportFailedAttempt: async (_, { input }, { claims }) =>
        commands.reportFailedAttempt(readerOf(requireRole(claims, 'RIDER')), input),
      returnFlowers: async (_, { input }, { claims }) =>
        commands.returnFlowers(readerOf(requireRole(claims, 'RIDER')), input),
      requestRedelivery: async (_, { input }, { claims }) =>
        commands.requestRedelivery(requireRole(claims, 'CUSTOMER').sub, input),
      setTracking: async (_, { input }, { claims }) => commands.setTracking(requireRole(claims, 'CUSTOMER').sub, input),
    },
    Delivery: {
      __resolveReference: async ({ id }, context) => readDelivery(context, id),
      // Order shows riders nothing, and a reference to it would promise them something.
      order: (delivery, _, { claims }) => (claims && isParty(delivery, claims.sub) ? { id: delivery.id } : null),
      promise: promiseOf,
      attempts: (delivery, _, { claims }) => attemptsFor(delivery, claims?.sub ?? ''),
      // A repeated command is answered to the rider of an earlier attempt, too, who may not know the present one.
      rider: (delivery, _, { claims }) => {
        const { riderId } = delivery
        const mayKnow = claims && (riderId === claims.sub || isParty(delivery, claims.sub))
        return riderId && mayKnow ? { id: riderId, disclosed: true } : null
      },
      trackToken: (delivery, _, { claims }) =>
        claims?.sub === delivery.customerId ? shows.trackToken(delivery) : null,
      waits: ({ status }) => status === 'REQUESTED',
      riderId: shows.riderKnowing,
    },
    DeliveryAttempt: {
      rider: ({ riderId }) => (riderId ? { id: riderId, disclosed: true } : null),
      photo: ({ photo }) => (photo === null ? null : { photo }),
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
