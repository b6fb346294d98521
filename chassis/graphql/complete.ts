import type { GraphQLScalarType } from 'graphql'

/** Fields that an object has by itself; generated parents of root types have "all" of them, and mean none. */
type OwnFields<Parent> = PropertyKey extends keyof Parent ? never : keyof Parent

type Unresolved<TypeResolvers, Parent> = Exclude<keyof TypeResolvers, OwnFields<Parent> | `__${string}`>

/**
 * A subgraph's resolvers, complete: a field that its type's object does not have by itself has to have a resolver, or the
 * code does not compile. (Generated resolver types leave every one optional, and a forgotten one is an error at run time.)
 * Subscription fields are answered by the router.
 */
export type Complete<Resolvers, Parents> = Resolvers & {
  [Type in Exclude<keyof Resolvers & keyof Parents, 'Subscription'> as NonNullable<
    Resolvers[Type]
  > extends GraphQLScalarType
    ? never
    : [Unresolved<NonNullable<Resolvers[Type]>, Parents[Type]>] extends [never]
      ? never
      : Type]-?: Required<Pick<NonNullable<Resolvers[Type]>, Unresolved<NonNullable<Resolvers[Type]>, Parents[Type]>>>
}
