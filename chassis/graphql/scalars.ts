import { GraphQLScalarType } from 'graphql'

const DateTime = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  serialize: (value) => {
    if (value instanceof Date) return value.toISOString()
    throw new TypeError('A DateTime is a Date.')
  },
})

const Cursor = new GraphQLScalarType<string, string>({ name: 'Cursor' })

/** A failure says itself which type it is; the resolvers of common.graphql, for every subgraph. */
export const commonResolvers = {
  DateTime,
  Cursor,
  Failure: { __resolveType: (failure: { type: string }) => failure.type },
}
