import type { Complete } from '../../../../chassis/graphql/resolvers.ts'
import { type Media, mayRead } from '../../domain/media.ts'
import type { Context } from './context.ts'
import type { Resolvers, ResolversParentTypes } from './types.generated.ts'

/** The media context's part of the graph. */
export const resolvers: Complete<Resolvers, ResolversParentTypes> = {
  Query: {
    media: (_, { orderId }, context) => readEntry(context, orderId),
  },
  Media: {
    __resolveReference: async ({ id }, context) => readEntry(context, id),
    order: ({ id }) => ({ id }),
    store: ({ storeId }) => ({ id: storeId }),
  },
  Order: {
    __resolveReference: async ({ id }) => ({ id }),
    media: ({ id }, _, context) => readEntry(context, id),
  },
}

async function readEntry({ claims, reads }: Context, orderId: string): Promise<Media | null> {
  const entry = claims && (await reads.entries.load(orderId))
  return entry && mayRead(entry, claims.sub) ? entry : null
}
