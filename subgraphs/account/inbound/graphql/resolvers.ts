import { seenBy, type UserReference } from '../../domain/user.ts'
import type { Context } from './context.ts'
import type { Resolvers, User } from './types.generated.ts'

/** Async throughout: a reference resolver that throws at once would cost the whole list of entities. */
const seen = async (reference: UserReference, { readerId, users }: Context): Promise<User | null> => {
  const user = await users.load(reference.id)
  const shown = user && seenBy(readerId, user, reference)
  return shown && { ...shown, disclosed: reference.disclosed ?? false }
}

export const resolvers: Resolvers = {
  Query: {
    me: async (_, __, context) => (context.readerId ? seen({ id: context.readerId, disclosed: true }, context) : null),
  },
  User: { __resolveReference: seen },
}
