import { expect, it } from '@jest/globals'
import { buildSchema, print, stripIgnoredCharacters } from 'graphql'
import { parseOperation } from '../selection/normal-form.ts'
import { plannable } from './plannable.ts'

const schema = buildSchema(`
  interface T { a: T, b: T, c: T, d: T, e: T, i: Int, query: Query }
  type A implements T { a: T, b: T, c: T, d: T, e: T, i: Int, query: Query }
  type B implements T { a: T, b: T, c: T, d: T, e: T, i: Int, query: Query, own: A }
  type Query { a: A, b: Int, c: Int, d: Int, t: T, query: Query }`)

it.each([
  ['{ __schema { types { name } } ... { t: __type(name: "T") { name } } a }', '{...{__typename}a}'],
  ['{ a { query { __schema { types { name } } } } }', '{a{query{__typename}}}'],
  [
    '{ a { b @include(if: $v) ... on A { d ... { e { i } } } ... on A @skip(if: $w) { c } } }',
    '{a{b@include(if:$v)...on A{d ...{e{i}}}...on A@skip(if:$w){c}}}',
  ],
  ['{ t { ... on A { i } ... on T { ... on B { i } } } }', '{t{__typename ...on A{i}...on T{...on B{i}}}}'],
  ['{ t { ... on A { i } ... on T { i } } a { ... on T { i } } }', '{t{...on A{i}...on T{i}}a{...on T{i}}}'],
  ['{ t { ... on B { own { ... on T { ... on A { i } } } } i } }', '{t{...on B{own{...on T{...on A{i}}}}i}}'],
])('%s is planned as %s', (source, planned) => {
  expect(stripIgnoredCharacters(print(plannable(parseOperation(source), schema)))).toBe(planned)
})

it('an object of which nothing is selected is planned', () => {
  const operation = parseOperation('{ a { b } }')
  const [a] = operation.selectionSet.selections
  const empty = { ...operation, selectionSet: { ...operation.selectionSet, selections: [] } }
  const nothing = { ...operation, selectionSet: { ...empty.selectionSet, selections: a ? [{ ...a, ...empty }] : [] } }
  expect(stripIgnoredCharacters(print(plannable(empty, schema)))).toBe('{__typename}')
  expect(nothing.selectionSet.selections).toHaveLength(1)
})

it('an operation that needs no change is returned as it is', () => {
  const operation = parseOperation('{ a { ... on A { b @include(if: $v) } c } }')
  expect(plannable(operation, schema)).toBe(operation)
})
