import {
  GraphQLBoolean,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  type GraphQLLeafType,
  GraphQLString,
  isEnumType,
} from 'graphql'
import { JsonNumber } from '../../../chassis/exact-json.ts'
import { isDeeperThan } from '../selection/json.ts'

/** Returns the value as sent to the client, or undefined if it does not belong to the type. Never called with null. */
export type Leaf = (value: unknown) => unknown

/** Lists and objects in a value of a custom scalar: JSON.stringify recurses as deep, and fails at some thousands. */
const MAX_VALUE_DEPTH = 1_000

/** How values of a scalar or enum type are checked. Values of custom scalars may be anything that is not too deep. */
export function leafOf(type: GraphQLLeafType): Leaf {
  if (isEnumType(type)) {
    const names = new Set(type.getValues().map(({ name }) => name))
    return (value) => (typeof value === 'string' && names.has(value) ? value : undefined)
  }
  return builtIn.get(type.name) ?? ((value) => (isDeeperThan(value, MAX_VALUE_DEPTH) ? undefined : value))
}

const LARGEST_INT = 2 ** 31 - 1

const builtIn = new Map<string, Leaf>([
  [GraphQLString.name, (value) => (typeof value === 'string' ? value : undefined)],
  [GraphQLBoolean.name, (value) => (typeof value === 'boolean' ? value : undefined)],
  [GraphQLFloat.name, (value) => (Number.isFinite(plain(value)) ? value : undefined)],
  [
    GraphQLInt.name,
    (value) => {
      const number = plain(value)
      return isInteger(number) && number <= LARGEST_INT && number >= -LARGEST_INT - 1 ? number : undefined
    },
  ],
  // Subgraphs may send an ID as a number; clients always get a string.
  [GraphQLID.name, (value) => (typeof value === 'string' ? value : isInteger(plain(value)) ? `${value}` : undefined)],
])

const plain = (value: unknown) => (value instanceof JsonNumber ? value.toNumber() : value)
const isInteger = (value: unknown): value is number => Number.isInteger(value)
