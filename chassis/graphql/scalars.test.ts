import { describe, expect, it } from '@jest/globals'
import { parseValue } from 'graphql'
import { commonResolvers } from './scalars.ts'

describe('a Cursor from outside', () => {
  const { Cursor } = commonResolvers

  it('is a text, in a variable and in the operation', () => {
    expect(Cursor.parseValue('abc')).toBe('abc')
    expect(Cursor.parseLiteral(parseValue('"abc"'))).toBe('abc')
  })

  // A Buffer made of { length } would be filled byte by byte: a gigabyte of it stops the process for a minute.
  it.each([5, true, [], [1], {}, { length: 3 }])('is nothing else (%j)', (wrong) => {
    expect(() => Cursor.parseValue(wrong)).toThrow('A Cursor is a text.')
  })

  it('is no object in the operation either', () => {
    expect(() => Cursor.parseLiteral(parseValue('{ length: 3 }'))).toThrow('A Cursor is a text.')
  })
})
