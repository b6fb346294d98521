import { describe, expect, it } from '@jest/globals'
import { buildSchema, print } from 'graphql'
import { operationOf } from '../testing/operation.ts'
import { cachedByOperation } from './plan-cache.ts'

const schema = buildSchema('type Query { hours: Int, open: Boolean, shop: Query }')
const parse = (source: string, name: string | null = null) => operationOf(schema, source, name)
const prepare = cachedByOperation((operation) => ({ text: print(operation) }), 2)

describe('what is made of an operation', () => {
  it('is kept by what the document says, not how it is laid out', () => {
    const made = prepare(parse('query A { hours }'))
    expect(prepare(parse('query A {\n  hours # when\n}'))).toBe(made)
    expect(prepare(parse('query A { open }'))).not.toBe(made)
  })

  it('is kept by what is selected, however it is written', () => {
    const made = prepare(parse('{ shop { hours open } }'))
    expect(prepare(parse('{ shop { ...F } shop { open } } fragment F on Query { ... { hours } }'))).toBe(made)
  })

  it('is kept by operation where a document has several', () => {
    const [a, b] = ['A', 'B'].map((name) => parse('query A { hours } query B { open }', name))
    expect(a && prepare(a).text).toBe('query A {\n  hours\n}')
    expect(b && prepare(b).text).toBe('query B {\n  open\n}')
    expect(a && prepare(a)).toBe(a && prepare(a))
  })

  it('is forgotten when others are used more', () => {
    const first = prepare(parse('query First { hours }'))
    prepare(parse('query Second { hours }'))
    expect(prepare(parse('query First { hours }'))).toBe(first)
    prepare(parse('query Third { hours }'))
    expect(prepare(parse('query First { hours }'))).toBe(first)
    prepare(parse('query Fourth { hours }'))
    prepare(parse('query Fifth { hours }'))
    expect(prepare(parse('query First { hours }'))).not.toBe(first)
  })

  it('is forgotten when the others are long: what is made of them is large', () => {
    const many = cachedByOperation((operation) => ({ operation }))
    const first = many(parse('query First { hours }'))
    for (let n = 0; n < 50; n++) many(parse(`query Long${n} { ${'x'.repeat(48_000)}: hours }`))
    expect(many(parse('query First { hours }'))).not.toBe(first)
  })
})
