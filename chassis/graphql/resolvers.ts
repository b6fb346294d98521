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

const dayOrTime = (name: string, form: RegExp, example: string) =>
  new GraphQLScalarType<string, string>({
    name,
    parseValue: (value) => {
      if (typeof value === 'string' && form.test(value)) return value
      throw new GraphQLError(`A ${name} is written like this: ${example}.`)
    },
  })

/** The scalars of days and times of day are strings, here and in facts. Whether there is such a day is for its reader to say. */
const LocalDate = dayOrTime('Date', /^\d{4}-\d{2}-\d{2}$/, '2026-05-08')
const LocalTime = dayOrTime('LocalTime', /^([01]\d|2[0-3]):[0-5]\d$/, '09:00')

/** The `__resolveType` of every result union: results carry their `type` (failures.ts). */
export const typeOf = <Name extends string>(result: { type: Name }): Name => result.type

/** The resolvers of common.graphql, which every subgraph has. */
export const commonResolvers = { DateTime, Date: LocalDate, LocalTime, Cursor, Failure: { __resolveType: typeOf } }

/** What a field's resolver returns, at once or later; a property may also be missing if that can be null. */
type Resolved<FieldResolver> = OrMissing<
  Awaited<ReturnType<Extract<NonNullable<FieldResolver>, (...given: never[]) => unknown>>>
>
type OrMissing<Value> = null extends Value ? Value | undefined : Value

/**
 * The fields that are properties of their type's object, with all that the field's type requires; none for a root type, whose
 * generated parent type has every property.
 */
type OwnFields<TypeResolvers, Parent> = PropertyKey extends keyof Parent
  ? never
  : {
      [Field in keyof TypeResolvers & keyof Parent]: Parent[Field] extends Resolved<TypeResolvers[Field]>
        ? Field
        : never
    }[keyof TypeResolvers & keyof Parent]

type Unresolved<TypeResolvers, Parent> = Exclude<keyof TypeResolvers, OwnFields<TypeResolvers, Parent> | `__${string}`>

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
