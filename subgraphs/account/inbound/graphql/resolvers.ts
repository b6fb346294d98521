import type { Complete } from '../../../../chassis/graphql/resolvers.ts'
import { seenBy, type UserReference } from '../../domain/user.ts'
import type { Context, UserView } from './context.ts'
import type { Resolvers, ResolversParentTypes } from './types.generated.ts'

/** Async throughout: a reference resolver that throws at once would cost the whole list of entities. */
const seen = async (reference: UserReference, { readerId, users }: Context): Promise<UserView | null> => {
  const user = await users.load(reference.id)
  const shown = user && seenBy(readerId, user, reference)
  return shown && { ...shown, disclosed: reference.disclosed ?? false }
}

export const resolvers: Complete<Resolvers, ResolversParentTypes> = {
  Query: {
    me: async (_, __, context) => (context.readerId ? seen({ id: context.readerId, disclosed: true }, context) : null),
  },
  User: { __resolveReference: seen },
}
