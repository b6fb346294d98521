import { GraphQLError } from 'graphql'
import { requireRole } from '../../../../chassis/graphql/callers.ts'
import { connectionOf, readPage } from '../../../../chassis/graphql/connection.ts'
import type { Complete } from '../../../../chassis/graphql/resolvers.ts'
import { typeOf } from '../../../../chassis/graphql/resolvers.ts'
import { isId } from '../../../../chassis/ids.ts'
import type { Claims } from '../../../../chassis/signed-context.ts'
import type { ItemContext } from '../../wire.ts'
import type { Context } from './context.ts'
import type { QueryItemsArgs, Resolvers, ResolversParentTypes } from './types.generated.ts'

/** The item context's part of the graph, on its commands. What is read is public. */
export function resolversOn({ commands }: ItemContext): Complete<Resolvers, ResolversParentTypes> {
  return {
    Query: {
      items: async (_, asked, context) => readMenu(context, asked),
      item: async (_, { id }, { reads }) => reads.items.load(id),
    },
    Mutation: {
      registerItem: async (_, { input }, { claims }) => commands.registerItem(ownerOf(claims), input),
      changeStock: async (_, { input }, { claims }) => commands.changeStock(ownerOf(claims), input),
      changeItemPrice: async (_, { input }, { claims }) => commands.changeItemPrice(ownerOf(claims), input),
      withdrawItem: async (_, { input }, { claims }) => commands.withdrawItem(ownerOf(claims), input),
    },
    Item: {
      __resolveReference: async ({ id }, { reads }) => reads.items.load(id),
      store: ({ storeId }) => ({ id: storeId }),
    },
    Store: {
      // Whether there is such a store is the store context's to say; here an unknown one has an empty menu.
      __resolveReference: async ({ id }) => ({ id }),
      items: async ({ id }, page, { reads }) => reads.menuOf(id, page),
    },
    ItemResult: { __resolveType: typeOf },
  }
}

const ownerOf = (claims: Claims) => requireRole(claims, 'STORE_OWNER').sub

const LONGEST_SEARCH = 100

async function readMenu({ reads }: Context, { storeId, search, ...page }: QueryItemsArgs) {
  // NFC as names are; without control characters, which no name has and Postgres refuses.
  const wanted = (search ?? '').normalize('NFC').trim()
  if (wanted.length > LONGEST_SEARCH) {
    const message = `search: at most ${LONGEST_SEARCH} characters.`
    throw new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } })
  }
  const matchesNothing = (storeId != null && !isId(storeId)) || /\p{Cc}/u.test(wanted)
  return matchesNothing ? connectionOf([], readPage(page)) : reads.menu({ storeId, search: wanted }, page)
}
