import type { Complete } from '../../../../chassis/graphql/resolvers.ts'
import { isId } from '../../../../chassis/ids.ts'
import { isShown, type MyPageEntry, momentsOf, refundedOf } from '../../domain/entry.ts'
import type { Context } from './context.ts'
import type { Resolvers, ResolversParentTypes } from './types.generated.ts'

/** A store's registration may be heard after an order from it. */
const STORE_NOT_HEARD_OF = '(not known yet)'

/** The resolvers of the my-page subgraph. */
export const resolvers: Complete<Resolvers, ResolversParentTypes> = {
  Query: {
    myPage: (_, { filter, first, after }, { claims, reads }) =>
      // A machine client's `sub` is not a user's id, so it has no orders.
      claims && isId(claims.sub) ? reads.page(claims.sub, filter ?? 'ALL', { first, after }) : null,
  },
  MyPageEntry: {
    __resolveReference: async ({ id }, context) => readEntry(context, id),
    orderId: ({ id }) => id,
    order: ({ id }) => ({ id }),
    storeName: async ({ storeId }, _, { reads }) => (await reads.storeNames.load(storeId))?.name ?? STORE_NOT_HEARD_OF,
    promise: ({ promise }) =>
      promise && {
        startsAt: new Date(promise.startsAt),
        endsAt: new Date(promise.endsAt),
        timeZone: promise.timeZone,
      },
    refunded: refundedOf,
    timeline: momentsOf,
  },
  Order: {
    __resolveReference: async ({ id }) => ({ id }),
    myPage: ({ id }, _, context) => readEntry(context, id),
  },
}

/** The order's entry; null for everyone but its customer. */
async function readEntry({ claims, reads }: Context, id: string): Promise<MyPageEntry | null> {
  const entry = claims && (await reads.entries.load(id))
  return entry && isShown(entry) && entry.customerId === claims.sub ? entry : null
}
