import { GraphQLError, GraphQLScalarType } from 'graphql'

const DateTime = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  serialize: (value) => {
    if (value instanceof Date) return value.toISOString()
    throw new TypeError('A DateTime is a Date.')
  },
})

const Cursor = new GraphQLScalarType<string, string>({
  name: 'Cursor',
  parseValue: (value) => {
    if (typeof value === 'string') return value
    throw new GraphQLError('A Cursor is a text.')
  },
})

/** Results say themselves which type they are (failures.ts): the `__resolveType` of every union of them. */
export const typeOf = <Name extends string>(result: { type: Name }): Name => result.type

/** The resolvers of common.graphql, for every subgraph. */
export const commonResolvers = { DateTime, Cursor, Failure: { __resolveType: typeOf } }
