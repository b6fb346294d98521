import { GraphQLError, GraphQLScalarType } from 'graphql'

const DateTime = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  serialize: (value) => {
    if (value instanceof Date) return value.toISOString()
    throw new TypeError('A DateTime must be a Date.')
  },
})

const Cursor = new GraphQLScalarType<string, string>({
  name: 'Cursor',
  parseValue: (value) => {
    if (typeof value === 'string') return value
    throw new GraphQLError('A Cursor must be a string.')
  },
})

/** The `__resolveType` of every result union: results carry their `type` (failures.ts). */
export const typeOf = <Name extends string>(result: { type: Name }): Name => result.type

/** The resolvers of common.graphql, which every subgraph has. */
export const commonResolvers = { DateTime, Cursor, Failure: { __resolveType: typeOf } }

/** An object's own properties; none for a root type, whose generated parent type has every property. */
type OwnFields<Parent> = PropertyKey extends keyof Parent ? never : keyof Parent

type Unresolved<TypeResolvers, Parent> = Exclude<keyof TypeResolvers, OwnFields<Parent> | `__${string}`>

/**
 * A subgraph's resolvers, with a resolver required for each field that is not a property of its type's object. In generated
 * resolver types every resolver is optional, so that a forgotten one would fail only at run time. The router resolves
 * Subscription fields.
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
