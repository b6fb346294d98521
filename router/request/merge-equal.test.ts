import { describe, expect, it } from '@jest/globals'
import { parse, print, stripIgnoredCharacters } from 'graphql'
import { mergeEqualSelections } from './merge-equal.ts'

const merged = (text: string) => stripIgnoredCharacters(print(mergeEqualSelections(parse(text))))

describe('equal selections beside each other', () => {
  it.each([
    ['{ a a b a }', '{a b}'],
    ['{ items { nodes { id } } items { nodes { id } } }', '{items{nodes{id}}}'],
    ['{ a { b b } a { b } }', '{a{b}}'],
    ['{ ... on A { x } ...F ... on A { x } ...F } fragment F on A { y y }', '{...on A{x}...F}fragment F on A{y}'],
    ['{ a(n: 1) a(n: 1) a(n: 2) }', '{a(n:1)a(n:2)}'],
  ])('%s are merged', (text, expected) => {
    expect(merged(text)).toBe(expected)
  })

  it.each([
    '{a{b}a{c}}',
    '{a a{b}}',
    '{x:a a}',
    '{a@include(if:$x)a}',
    '{a(s:")")a(s:") ")}',
    '{...on A{x}...on B{x}}',
    '{a{b c}a{c b}}',
    '{a{b}c{b}}',
  ])('%s stays as it is', (text) => {
    expect(merged(text)).toBe(text)
  })

  it('keep their first place, and the document is the same object where there are none', () => {
    expect(merged('{ a { x } b a { x } c }')).toBe('{a{x}b c}')
    const document = parse('query Q($x: Int) { a(n: $x) { b ... on C { d } } }')
    expect(mergeEqualSelections(document)).toBe(document)
  })
})
