import DataLoader from 'dataloader'
import { isId } from '../../../../chassis/ids.ts'
import type { Claims } from '../../../../chassis/signed-context.ts'
import type { Users } from '../../application/ports.ts'
import type { User } from '../../domain/user.ts'

/** One request's: who asks, and the users it has read (one query for all that are named together). */
export type Context = { readerId: string | null; users: DataLoader<string, User | null> }

/** Makes the context of one request. */
export const contextFrom =
  (users: Users) =>
  (claims: Claims): Context => ({
    readerId: claims?.sub ?? null,
    users: new DataLoader(async (ids) => {
      const found = new Map((await users.byIds(ids.filter(isId))).map((user) => [user.id, user]))
      return ids.map((id) => found.get(id) ?? null)
    }),
  })

/** What the reader sees of a user, and whether the context that named them disclosed the name. */
export type UserView = User & { disclosed: boolean }
