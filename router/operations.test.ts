import { describe, expect, it } from '@jest/globals'
import { parse, print } from 'graphql'
import { leastRecentlyUsed } from './least-recently-used.ts'
import { remembered } from './operations.ts'

const prepare = remembered((document, name) => ({ text: print(document), name }), 2)

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

  it('is not kept where it is huge', () => {
    const huge = () => parse(`{ ${'hours '.repeat(4_000)} }`)
    expect(prepare(huge(), null)).not.toBe(prepare(huge(), null))
  })
})

it('a bounded map never holds more than its limit', () => {
  const map = leastRecentlyUsed<number>(3)
  for (let i = 0; i < 100; i++) map.set(`${i}`, i)
  expect([map.size(), map.get('96'), map.get('97')]).toEqual([3, undefined, 97])
})
