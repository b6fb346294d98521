import { expect, it } from '@jest/globals'
import type { Complete } from './complete.ts'

// As graphql-codegen makes them: every resolver is optional, the parents of root types are records of nothing.
type Parents = { Query: Record<PropertyKey, never>; Book: { id: string; title: string | null } }
type Generated = {
  Query?: { books?: () => { id: string; title: null }[] }
  Book?: { __resolveReference?: () => unknown; id?: () => string; title?: () => string; price?: () => number }
}
type Resolvers = Complete<Generated, Parents>

/** `tsc`, which `npm run check` runs, is what fails for these. */
it('refuses, when it is compiled, a field that has neither a resolver nor a property', () => {
  const Query = { books: () => [] }
  const complete: Resolvers = { Query, Book: { price: () => 1 } }
  // @ts-expect-error: nothing answers Book.price
  const withoutField: Resolvers = { Query, Book: { title: () => 'Roses' } }
  // @ts-expect-error: nothing answers Book.price, since there is nothing of Book
  const withoutType: Resolvers = { Query }
  // @ts-expect-error: nothing answers Query.books
  const withoutRoot: Resolvers = { Query: {}, Book: { price: () => 1 } }
  expect([complete, withoutField, withoutType, withoutRoot]).toHaveLength(4)
})
