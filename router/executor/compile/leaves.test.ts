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
import { JsonNumber } from '../../../chassis/exact-json.ts'
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
    expect(leafOf(GraphQLID)(new JsonNumber('9007199254740993'))).toBe('9007199254740993')
    expect(leafOf(GraphQLID)(new JsonNumber('7.0'))).toBe('7')
  })

  it('that is a number JavaScript would change is checked by its value', () => {
    const [one, big, huge, fraction] = ['1.0', '9007199254740993', '1e400', '1.50'].map((text) => new JsonNumber(text))
    const all = [one, big, huge, fraction]
    expect(all.map(leafOf(GraphQLInt))).toEqual([1, undefined, undefined, undefined])
    expect(all.map(leafOf(GraphQLFloat))).toEqual([one, big, undefined, fraction])
    expect(all.map(leafOf(GraphQLID))).toEqual(['1', '9007199254740993', undefined, undefined])
    expect(all.map(leafOf(new GraphQLScalarType({ name: 'Anything' })))).toEqual(all)
    for (const type of [GraphQLString, GraphQLBoolean, Colour])
      expect(all.map(leafOf(type))).toEqual(all.map(() => undefined))
  })
})
