import { expect, it } from '@jest/globals'
import { buildSchema, print, stripIgnoredCharacters } from 'graphql'
import { operationOf } from '../../testing/operation.ts'
import { conditionKey, withConditionValues } from './conditions.ts'

const schema = buildSchema(`
  directive @traced(if: Boolean) on FIELD
  type Query { hours: Int, open: Boolean, shop: Query }`)

const withValues = (selections: string, variables: Record<string, unknown>) => {
  const operation = operationOf(schema, `query ($a: Boolean!, $b: Boolean!) { ${selections} }`)
  const text = stripIgnoredCharacters(print(withConditionValues(schema, operation, variables).selectionSet))
  return [conditionKey(operation, variables), text]
}

it.each<[string, Record<string, unknown>, string, string]>([
  ['hours', {}, '', '{hours}'],
  ['hours @include(if: true) @skip(if: false)', {}, '', '{hours}'],
  ['hours open @include(if: false)', {}, '', '{hours}'],
  ['hours open @skip(if: true)', {}, '', '{hours}'],
  ['hours @include(if: $a)', { a: true }, '1', '{hours}'],
  ['open hours @include(if: $a)', { a: false }, '0', '{open}'],
  ['hours @skip(if: $b) @include(if: $a)', { a: true, b: false }, '10', '{hours}'],
  ['open hours @skip(if: $b) @include(if: $a)', { a: true, b: true }, '11', '{open}'],
  ['open hours @skip(if: $a) @include(if: $a)', { a: true }, '1', '{open}'],
  ['hours @traced(if: $a)', { a: false }, '', '{hours@traced(if:$a)}'],
  ['shop { hours } shop @include(if: $a) { open }', { a: true }, '1', '{shop{hours open}}'],
  ['shop { hours } shop @include(if: $a) { open }', { a: false }, '0', '{shop{hours}}'],
  ['shop { ... @include(if: $a) { hours } }', { a: false }, '0', '{shop}'],
])('"%s" with %j', (selections, variables, key, text) => {
  expect(withValues(selections, variables)).toEqual([key, text])
})
