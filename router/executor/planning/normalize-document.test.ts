import { expect, it } from '@jest/globals'
import { parse, print, stripIgnoredCharacters } from 'graphql'
import { normalizeForPlanner } from './normalize-document.ts'

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
])('%s is planned as %s', (source, planned) => {
  expect(stripIgnoredCharacters(print(normalizeForPlanner(parse(source))))).toBe(planned)
})

it('a document that needs no change is returned as it is', () => {
  const document = parse('{ a { ...f c } } fragment f on A { b @include(if: $v) }')
  expect(normalizeForPlanner(document)).toBe(document)
})
