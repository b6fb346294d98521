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

/** The resolvers of the item subgraph. All of its queries are public. */
export function resolversOn({ commands }: ItemContext): Complete<Resolvers, ResolversParentTypes> {
  return {
    Query: {
      items: async (_, args, context) => readMenu(context, args),
      item: async (_, { id }, { reads }) => reads.items.load(id),
    },
    Mutation: {
      registerItem: async (_, { input }, { claims }) => commands.registerItem(ownerOf(claims), input),
      changeStock: async (_, { input }, { claims }) => commands.changeStock(ownerOf(claims), input),
      changeItemPrice: async (_, { input }, { claims }) => commands.changeItemPrice(ownerOf(claims), input),
      setItemPhoto: async (_, { input }, { claims }) => commands.setItemPhoto(ownerOf(claims), input),
      withdrawItem: async (_, { input }, { claims }) => commands.withdrawItem(ownerOf(claims), input),
    },
    Item: {
      __resolveReference: async ({ id }, { reads }) => reads.items.load(id),
      available: ({ available, madeToOrder }) => (madeToOrder ? null : available),
      photo: ({ photo }) => (photo === null ? null : { photo }),
      store: ({ storeId }) => ({ id: storeId }),
    },
    Store: {
      // The store context decides whether a store exists. Here an unknown one has an empty menu.
      __resolveReference: async ({ id }) => ({ id }),
      items: async ({ id }, page, { reads }) => reads.menuOf(id, page),
    },
    ItemResult: { __resolveType: typeOf },
  }
}

const ownerOf = (claims: Claims) => requireRole(claims, 'STORE_OWNER').sub

const LONGEST_SEARCH = 100

async function readMenu({ reads }: Context, { storeId, search, ...page }: QueryItemsArgs) {
  // In NFC like names, and without control characters, which names do not have and PostgreSQL refuses.
  const wanted = (search ?? '').normalize('NFC').trim()
  if (wanted.length > LONGEST_SEARCH) {
    const message = `search: at most ${LONGEST_SEARCH} characters.`
    throw new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } })
  }
  const matchesNothing = (storeId != null && !isId(storeId)) || /\p{Cc}/u.test(wanted)
  return matchesNothing ? connectionOf([], readPage(page)) : reads.menu({ storeId, search: wanted }, page)
}
