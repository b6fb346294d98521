import { requireRole } from '../../../../chassis/graphql/callers.ts'
import type { Complete } from '../../../../chassis/graphql/resolvers.ts'
import { typeOf } from '../../../../chassis/graphql/resolvers.ts'
import type { Claims } from '../../../../chassis/signed-context.ts'
import { acceptByOf, mayRead, type OpenedOrder, rejectionCauseOf } from '../../domain/store-order.ts'
import type { StoreContext } from '../../wire.ts'
import type { Context } from './context.ts'
import type { Resolvers, ResolversParentTypes } from './types.generated.ts'

/** The resolvers of the store subgraph. */
export function resolversOn({ commands }: StoreContext): Complete<Resolvers, ResolversParentTypes> {
  return {
    Query: {
      stores: (_, page, { reads }) => reads.storePage(page),
      store: (_, { id }, { reads }) => reads.stores.load(id),
    },
    Mutation: {
      receiveOrder: async (_, { input }, { claims }) => commands.receiveOrder(ownerOf(claims), input),
      decorateOrder: async (_, { input }, { claims }) => commands.decorateOrder(ownerOf(claims), input),
      rejectOrder: async (_, { input }, { claims }) => commands.rejectOrder(ownerOf(claims), input),
      setDeliveryCalendar: async (_, { input }, { claims, reads }) => {
        const result = await commands.setDeliveryCalendar(ownerOf(claims), input)
        reads.calendars.clear(input.storeId) // An earlier command of this request may have read it.
        return result
      },
      registerStore: async (_, { input }, { claims }) => commands.registerStore(ownerOf(claims), input),
    },
    Store: {
      __resolveReference: async ({ id }, { reads }) => reads.stores.load(id),
      owner: ({ ownerId }, _, { claims }) => (claims?.sub === ownerId ? { id: ownerId, disclosed: true } : null),
      calendar: ({ id, ownerId }, _, { claims, reads }) => (claims?.sub === ownerId ? reads.calendars.load(id) : null),
      orders: ({ id, ownerId }, { status, ...page }, { claims, reads }) =>
        claims?.sub === ownerId ? reads.ordersOf(id, status ?? null, page) : null,
    },
    StoreOrder: {
      __resolveReference: async ({ id }, context) => readStoreOrder(context, id),
      order: ({ id }) => ({ id }),
      store: ({ storeId }, _, { reads }) => reads.stores.load(storeId),
      rejectionCause: rejectionCauseOf,
      promise: ({ promise }) =>
        promise && {
          startsAt: new Date(promise.startsAt),
          endsAt: new Date(promise.endsAt),
          timeZone: promise.timeZone,
        },
      acceptBy: acceptByOf,
      photo: ({ photo }) => (photo === null ? null : { photo }),
      refunded: ({ refundedTotal: amount }) => ({ amount, currency: 'KRW' }),
    },
    DeliveryCalendar: {
      version: ({ calendarVersion }) => calendarVersion,
      timeZone: ({ calendar }) => calendar.timeZone,
      windows: ({ calendar }) => calendar.windows,
      closedDays: ({ calendar }) => calendar.closedDays,
      specialDays: ({ calendar }) => calendar.specialDays,
      areas: ({ calendar }) =>
        calendar.areas.map(({ postalCodePrefix, fee: amount }) => ({
          postalCodePrefix,
          fee: { amount, currency: 'KRW' },
        })),
    },
    Tracking: {
      __resolveReference: async ({ storeId }) => ({ storeId }),
      shop: async ({ storeId }, _, { reads }) => (await reads.stores.load(storeId))?.name ?? null,
    },
    Order: {
      __resolveReference: async ({ id }) => ({ id }),
      storeOrder: ({ id }, _, context) => readStoreOrder(context, id),
    },
    User: {
      // Returns only the reference; whether account returns the name depends on the context that refers to the user.
      __resolveReference: async ({ id }) => ({ id, disclosed: false }),
      stores: ({ id }, _, { claims, reads }) => (claims?.sub === id ? reads.storesOf(id) : null),
    },
    StoreOrderResult: { __resolveType: typeOf },
    SetDeliveryCalendarResult: { __resolveType: typeOf },
    RegisterStoreResult: { __resolveType: typeOf },
  }
}

const ownerOf = (claims: Claims) => requireRole(claims, 'STORE_OWNER').sub

async function readStoreOrder({ claims, reads }: Context, id: string): Promise<OpenedOrder | null> {
  const order = claims && (await reads.storeOrders.load(id))
  return order && mayRead(order, claims.sub) ? order : null
}
