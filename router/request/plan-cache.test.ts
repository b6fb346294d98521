import { describe, expect, it } from '@jest/globals'
import { parse, print } from 'graphql'
import { cachedByOperation } from './plan-cache.ts'

const prepare = cachedByOperation((document, name) => ({ text: print(document), name }), 2)

describe('what is made of an operation', () => {
  it('is kept by what the document says, not how it is laid out', () => {
    const made = prepare(parse('query A { hours }'), null)
    expect(prepare(parse('query A {\n  hours # when\n}'), null)).toBe(made)
    expect(prepare(parse('query A { open }'), null)).not.toBe(made)
  })

  it('is kept by operation where a document has several', () => {
    const document = parse('query A { hours } query B { open }')
    expect(prepare(document, 'A')).toMatchObject({ name: 'A' })
    expect(prepare(document, 'B')).toMatchObject({ name: 'B' })
    expect(prepare(document, 'A')).toBe(prepare(document, 'A'))
  })

  it('is forgotten when others are used more', () => {
    const first = prepare(parse('query First { hours }'), null)
    prepare(parse('query Second { hours }'), null)
    expect(prepare(parse('query First { hours }'), null)).toBe(first)
    prepare(parse('query Third { hours }'), null)
    expect(prepare(parse('query First { hours }'), null)).toBe(first)
    prepare(parse('query Fourth { hours }'), null)
    prepare(parse('query Fifth { hours }'), null)
    expect(prepare(parse('query First { hours }'), null)).not.toBe(first)
  })

  it('is forgotten when the others are long: what is made of them is large', () => {
    const many = cachedByOperation((document) => ({ document }))
    const first = many(parse('query First { hours }'), null)
    for (let n = 0; n < 50; n++) many(parse(`query Long${n} { ${'hours '.repeat(8_000)} }`), null)
    expect(many(parse('query First { hours }'), null)).not.toBe(first)
  })
})
