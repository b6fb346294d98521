import type { SaidBy } from '../../../schema/events/facts.ts'

export const ROLES = ['CUSTOMER', 'STORE_OWNER', 'RIDER', 'OPERATOR'] as const

/** What a person may do; the same words as in access tokens' `roles` claim. */
export type Role = (typeof ROLES)[number]

/** A person. What they order, sell or carry is other contexts' business. */
export type User = { id: string; name: string; roles: Role[] }

/** Whether they have erased their account: everybody else has a name. */
export const isErased = (user: User): boolean => user.name === ''

/** The user without all but the id, and what is said of it: once, however often it is asked for. */
export const erase = (user: User): { user: User; says: SaidBy<'account'>[] } => ({
  user: { id: user.id, name: '', roles: [] },
  says: isErased(user) ? [] : [{ type: 'UserErased', data: { userId: user.id } }],
})

/** How another context, or a client, names a user. `disclosed` says that the caller may read what the user stands in. */
export type UserReference = { id: string; disclosed?: boolean | null }

/**
 * What `readerId` (null: nobody signed in) sees of `user`: themselves wholly; of another the name only, and only where
 * the context that named them found that the reader may read what the user stands in (language.md, "Who may read what").
 */
export function seenBy(readerId: string | null, user: User, reference: UserReference): User | null {
  if (user.id === readerId && !isErased(user)) return user
  return reference.disclosed ? { ...user, roles: [] } : null
}

/** The roles that a person asks for themselves; an operator's command gives them, and the role OPERATOR. */
export const ASKED_ROLES = ['STORE_OWNER', 'RIDER'] as const

export type AskedRole = (typeof ASKED_ROLES)[number]

/** What somebody is who signs in for the first time. */
export const FIRST_ROLES: readonly Role[] = ['CUSTOMER']
