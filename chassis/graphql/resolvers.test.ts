import { describe, expect, it } from '@jest/globals'
import { parseValue } from 'graphql'
import { type Complete, commonResolvers } from './resolvers.ts'

describe('a Cursor from outside', () => {
  const { Cursor } = commonResolvers

  it('is a text, in a variable and in the operation', () => {
    expect(Cursor.parseValue('abc')).toBe('abc')
    expect(Cursor.parseLiteral(parseValue('"abc"'))).toBe('abc')
  })

  // A Buffer made of { length } would be filled byte by byte: a gigabyte of it stops the process for a minute.
  it.each([5, true, [], [1], {}, { length: 3 }])('is nothing else (%j)', (wrong) => {
    expect(() => Cursor.parseValue(wrong)).toThrow('A Cursor must be a string.')
  })

  it('is no object in the operation either', () => {
    expect(() => Cursor.parseLiteral(parseValue('{ length: 3 }'))).toThrow('A Cursor must be a string.')
  })
})

// As graphql-codegen generates them: every resolver is optional, the parents of root types are records of nothing.
type Parents = { Query: Record<PropertyKey, never>; Book: { id: string; title?: string; author: { name: string } } }
type Generated<Author, Title = string | null> = {
  Query?: { books?: () => { id: string; title: null }[] }
  Book?: {
    __resolveReference?: () => unknown
    id?: () => string
    title?: () => Title | Promise<Title>
    author?: () => Author
    price?: () => number
  }
}
type Resolvers = Complete<Generated<{ name: string }>, Parents>

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

it('refuses, when it is compiled, a property that lacks what its type requires', () => {
  const without = { Query: { books: () => [] }, Book: { price: () => 1 } }
  // @ts-expect-error: an author has no year of birth
  const ofPart: Complete<Generated<{ name: string; born: number }>, Parents> = without
  // @ts-expect-error: a title may be missing
  const ofMissing: Complete<Generated<{ name: string }, string>, Parents> = without
  expect([ofPart, ofMissing]).toHaveLength(2)
})
