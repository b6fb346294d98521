import { describe, expect, it } from '@jest/globals'
import {
  GraphQLBoolean,
  GraphQLEnumType,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  GraphQLScalarType,
  GraphQLString,
} from 'graphql'
import { leafOf } from './leaves.ts'

const Colour = new GraphQLEnumType({ name: 'Colour', values: { RED: {}, BLUE: {} } })

describe('a leaf', () => {
  it.each([
    [GraphQLInt, [0, -1, 2 ** 31 - 1, -(2 ** 31)], [2 ** 31, 1.5, '1', true, [1], {}]],
    [GraphQLFloat, [0, 1.5, 1e300], ['1', true, {}]],
    [GraphQLString, ['', 'x'], [1, true, {}, ['x']]],
    [GraphQLBoolean, [true, false], [0, 'true', {}]],
    [GraphQLID, ['', '7'], [1.5, true, {}]],
    [Colour, ['RED'], ['GREEN', 'toString', 0, {}]],
    [new GraphQLScalarType({ name: 'Anything' }), [0, '', false, { a: 1 }, [1]], []],
  ])('of type %s passes valid values only', (type, right, wrong) => {
    const leaf = leafOf(type)
    expect(right.map(leaf)).toEqual(right)
    expect(wrong.map(leaf)).toEqual(wrong.map(() => undefined))
  })

  it('of type ID becomes a string if the subgraph sent a number', () => {
    expect(leafOf(GraphQLID)(7)).toBe('7')
  })
})
