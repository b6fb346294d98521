import { expect, it } from '@jest/globals'
import { buildSchema, parse, print, stripIgnoredCharacters } from 'graphql'
import { normalizeForPlanner } from './normalize-document.ts'

const schema = buildSchema(`
  interface T { a: T, b: T, c: T, d: T, e: T, i: Int, query: Query }
  type A implements T { a: T, b: T, c: T, d: T, e: T, i: Int, query: Query }
  type B implements T { a: T, b: T, c: T, d: T, e: T, i: Int, query: Query, own: A }
  type Query { a: A, b: Int, c: Int, d: Int, t: T, query: Query }`)

it.each([
  ['{ a @include(if: false) b @skip(if: true) c @skip(if: false) d @include(if: $v) }', '{c d@include(if:$v)}'],
  ['{ a { b @include(if: false) } ... @skip(if: true) { c } }', '{a{__typename}}'],
  [
    '{ __schema { types { name } } ... { t: __type(name: "T") { ...f } } a } fragment f on __Type { name }',
    '{...{__typename}a}',
  ],
  ['{ a { query { __schema { ...g } } } } fragment g on __Schema { types { name } }', '{a{query{__typename}}}'],
  ['{ a @include(if: $v) @skip(if: false) @other(if: true) }', '{a@include(if:$v)@other(if:true)}'],
  [
    '{ a { b @include(if: $v) ...f ... on A @skip(if: $w) { c } } } fragment f on A { d @skip(if: $v) ... { e { i } } }',
    '{a{b@include(if:$v)...f ...on A@skip(if:$w){c}}}fragment f on A{d@skip(if:$v)...{e{i}}}',
  ],
  [
    '{ a { ...f ... on A { c @skip(if: $w) { i } } } } fragment f on A { d @skip(if: $v) }',
    '{a{__typename ...f ...on A{c@skip(if:$w){i}}}}fragment f on A{d@skip(if:$v)}',
  ],
  [
    '{ t { ... on A { i } ... on T { ...f } } } fragment f on B { i }',
    '{t{__typename ...on A{i}...on T{...f}}}fragment f on B{i}',
  ],
  [
    '{ t { ... on A { i } ...f } a { ... on T { i } } } fragment f on T { i }',
    '{t{...on A{i}...f}a{...on T{i}}}fragment f on T{i}',
  ],
  [
    '{ t { ... on B { own { ...f } } i } } fragment f on T { ... on A { i } }',
    '{t{...on B{own{...f}}i}}fragment f on T{...on A{i}}',
  ],
])('%s is planned as %s', (source, planned) => {
  expect(stripIgnoredCharacters(print(normalizeForPlanner(parse(source), schema)))).toBe(planned)
})

it('a document that needs no change is returned as it is', () => {
  const document = parse('{ a { ...f c } } fragment f on A { b @include(if: $v) }')
  expect(normalizeForPlanner(document, schema)).toBe(document)
})
