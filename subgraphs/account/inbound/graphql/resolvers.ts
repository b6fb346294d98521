import DataLoader from 'dataloader'
import { isId } from '../../../../chassis/ids.ts'
import type { Claims } from '../../../../chassis/signed-context.ts'
import type { Users } from '../../application/ports.ts'
import { seenBy, type User, type UserReference } from '../../domain/user.ts'

/** One request's: who asks, and the users it has read (one query for all that are named together). */
export type AccountContext = { readerId: string | null; users: DataLoader<string, User | null> }

/** A user as this reader sees them, and how they were named. */
type SeenUser = User & { disclosed: boolean }

export const contextFrom =
  (users: Users) =>
  (claims: Claims): AccountContext => ({
    readerId: claims?.sub ?? null,
    users: new DataLoader(async (ids) => {
      const found = new Map((await users.byIds(ids.filter(isId))).map((user) => [user.id, user]))
      return ids.map((id) => found.get(id) ?? null)
    }),
  })

/** Async throughout: a reference resolver that throws at once would cost the whole list of entities. */
const seen = async (reference: UserReference, { readerId, users }: AccountContext): Promise<SeenUser | null> => {
  const user = await users.load(reference.id)
  const shown = user && seenBy(readerId, user, reference)
  return shown && { ...shown, disclosed: reference.disclosed ?? false }
}

export const resolvers = {
  Query: {
    me: async (_: unknown, __: unknown, context: AccountContext) =>
      context.readerId === null ? null : seen({ id: context.readerId, disclosed: true }, context),
  },
  User: { __resolveReference: seen },
}
