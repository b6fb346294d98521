import { describe, expect, it } from '@jest/globals'
import { buildSchema, print } from 'graphql'
import type { PlanRequest } from '../operation.ts'
import { operationOf } from '../testing/operation.ts'
import { cachedByPlan } from './plan-cache.ts'

const schema = buildSchema('type Query { hours: Int, open: Boolean, shop: Query }')
const parse = (source: string, name: string | null = null): PlanRequest => ({
  operation: operationOf(schema, source, name),
  coerced: {},
  rights: null,
})
const prepare = cachedByPlan(({ operation }) => ({ text: print(operation) }), undefined, 2)

/** A fragment of 40 characters in so many places. */
const spread = (times: number) => {
  const places = Array.from({ length: times }, (_, n) => `s${n}: shop { ...F }`).join(' ')
  return `{ ${places} } fragment F on Query { hours_of_the_shop_today: hours open }`
}

describe('the plan of an operation', () => {
  it('is cached by the document’s content, not its formatting', () => {
    const made = prepare(parse('query A { hours }'))
    expect(prepare(parse('query A {\n  hours # when\n}'))).toBe(made)
    expect(prepare(parse('query A { open }'))).not.toBe(made)
  })

  it('is cached by the normalised selection', () => {
    const made = prepare(parse('{ shop { hours open } }'))
    expect(prepare(parse('{ shop { ...F } shop { open } } fragment F on Query { ... { hours } }'))).toBe(made)
  })

  it('is cached for each operation of a document', () => {
    const [a, b] = ['A', 'B'].map((name) => parse('query A { hours } query B { open }', name))
    expect(a && prepare(a).text).toBe('query A {\n  hours\n}')
    expect(b && prepare(b).text).toBe('query B {\n  open\n}')
    expect(a && prepare(a)).toBe(a && prepare(a))
  })

  it('is kept for the values of its conditions, and for the rights of the caller', () => {
    const request = parse('query ($a: Boolean!, $b: Int) { hours @include(if: $a) shop { open } }')
    const rights = {
      key: '-01',
      allows: () => true,
      refusal: () => ({ message: '', code: 'FORBIDDEN' as const, coordinate: '' }),
    }
    const kept = cachedByPlan((made) => made)
    const first = kept({ ...request, coerced: { a: true, b: 1 } })
    expect(kept({ ...request, coerced: { a: true, b: 2 } })).toBe(first)
    expect(kept({ ...request, coerced: { a: false } })).not.toBe(first)
    expect(kept({ ...request, coerced: { a: true }, rights })).not.toBe(first)
    expect(kept({ ...request, coerced: { a: true }, rights: { ...rights, key: '-10' } }).rights?.key).toBe('-10')
    expect(kept({ ...request, coerced: { a: true }, rights: { ...rights } }).rights).toBe(rights)
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

  it('is removed when other operations are long, because their plans are large', () => {
    const many = cachedByPlan(({ operation }) => ({ operation }))
    const first = many(parse('query First { hours }'))
    for (let n = 0; n < 100; n++) many(parse(`query Long${n} { ${'x'.repeat(48_000)}: hours }`))
    expect(many(parse('query First { hours }'))).not.toBe(first)
  })

  it('is forgotten when the others are short, but have many fetches', () => {
    const made = ({ operation }: PlanRequest) => ({ fetches: operation.name?.value === 'First' ? 1 : 350 })
    const many = cachedByPlan(made, ({ fetches }) => fetches)
    const first = many(parse('query First { hours }'))
    for (let n = 0; n < 50; n++) many(parse(`query Short${n} { hours }`))
    expect(many(parse('query First { hours }'))).not.toBe(first)
  })

  it('is forgotten when the others are short, but their fragments are not', () => {
    const many = cachedByPlan(({ operation }) => ({ operation }))
    const first = many(parse('query First { hours }'))
    for (let n = 0; n < 100; n++) many(parse(`query Short${n} ${spread(500)}`))
    expect(many(parse('query First { hours }'))).not.toBe(first)
  })

  it('of other clients is not forgotten for those of one', () => {
    const ofAnn = prepare(parse('query Ann { hours }'), 'ann')
    for (const name of ['A', 'B', 'C', 'D']) prepare(parse(`query ${name} { hours }`), 'flood')
    expect(prepare(parse('query Ann { hours }'), 'flood')).toBe(ofAnn)
  })
})
