import DataLoader from 'dataloader'
import { isId } from '../../../../chassis/ids.ts'
import type { Claims } from '../../../../chassis/signed-context.ts'
import type { AccountPorts } from '../../application/ports.ts'
import type { User } from '../../domain/user.ts'

type Ports = Pick<AccountPorts, 'users' | 'addresses'>

/** One request's: who asks, as a user, and the users it has read (one query for all that are named together). */
export type Context = { readerId: string | null; users: DataLoader<string, User | null>; ports: Ports }

/** Makes the context of one request. */
export const contextFrom =
  (ports: Ports) =>
  (claims: Claims): Context => ({
    // The subject of a machine client is no user's id.
    readerId: claims && isId(claims.sub) ? claims.sub : null,
    users: new DataLoader(async (ids) => {
      const found = new Map((await ports.users.byIds(ids.filter(isId))).map((user) => [user.id, user]))
      return ids.map((id) => found.get(id) ?? null)
    }),
    ports,
  })

/** What the reader sees of a user, and whether the context that named them disclosed the name. */
export type UserView = User & { disclosed: boolean }
