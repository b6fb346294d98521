import { describe, expect, it } from '@jest/globals'
import { DEFAULTS } from '../config.ts'
import { checking, generous, schema, told } from './testing/checking.ts'

describe('the values of inputs', () => {
  const tags = (count: number) => Array.from({ length: count }, (_, n) => `t${n}`)
  const uses = (count: number) => Array.from({ length: count }, (_, n) => `s${n}: search(any: $tags) { id }`).join(' ')

  it.each<[string, Record<string, unknown>, number]>([
    // A list is a value, and so is each of its members.
    ['query ($tags: [String]) { search(any: $tags) { id } }', { tags: tags(8) }, 11],
    ['query ($tags: [String]) { search(any: $tags) { id } }', { tags: tags(9) }, 12],
    ['query ($tags: [String]) { search(any: $tags) { id } }', { tags: tags(999) }, 11 + 100],
    ['query ($tags: [String] = ["a" "b" "c" "d" "e" "f" "g" "h" "i"]) { search(any: $tags) { id } }', {}, 12],
    [`{ search(any: ${JSON.stringify(tags(99))}) { id } }`, {}, 11 + 10],
    ['query ($f: Filter) { search(filter: { and: [$f, $f] }) { id } }', { f: { tags: tags(47) } }, 11 + 10],
    [`query ($tags: [String]) { ${uses(3)} }`, { tags: tags(99) }, 3 * (11 + 10)],
    [
      'query ($tags: [String]) { declared { top { id } search(any: $tags) { id } } }',
      { tags: tags(99) },
      102 + 1 + 10 + 1,
    ],
    ['query ($tags: [String]) { search(any: $tags) { id } }', { tags: null }, 11],
  ])('ten at a place cost 1: %s', (query, variables, asked) => {
    expect(told(query, { MAX_COST: asked }, variables)).toEqual([])
    expect(told(query, { MAX_COST: asked - 1 }, variables)).toEqual([['MAX_COST', asked]])
  })

  it('of an order with 30 lines cost 10', () => {
    const lines = Array.from({ length: 30 }, (_, n) => ({ tags: [`item ${n}`] }))
    const query = 'query ($f: Filter) { search(filter: $f) { id } }'
    expect(told(query, { MAX_COST: 11 + 9 }, { f: { and: lines } })).toEqual([])
  })

  it('are what an error names when they are too many at the places where they are used', () => {
    const check = checking(
      schema,
      `query ($tags: [String], $x: String) { ${uses(48)} x: search(any: [$x]) { id } }`,
      DEFAULTS,
    )
    expect(check({ tags: tags(18), x: 'x' })).toEqual([])
    const [error] = check({ tags: tags(18_000), x: 'x' })
    expect(error?.extensions).toMatchObject({
      code: 'LIMIT_EXCEEDED',
      limit: 'MAX_COST',
      allowed: 25_000,
      asked: 86_939,
    })
    expect(error?.message).toBe(
      'The operation may cost too much, mostly for its input values, which count wherever they are used ' +
        '(`$tags` has 18001): 86939, and 25000 at most.',
    )
  })

  it('are counted however deep they are nested, and once for all the places', () => {
    let reads = 0
    const list = new Proxy(tags(1_000), {
      get: (target, key) => {
        if (key === '500') reads += 1
        return Reflect.get(target, key)
      },
    })
    const check = checking(schema, `query ($tags: [String]) { ${uses(48)} }`, generous)
    expect(check({ tags: list })).toEqual([])
    expect(reads).toBe(1)
    let deep: unknown = []
    for (let n = 0; n < 100_000; n++) deep = [deep]
    expect(told(`query ($tags: [String]) { ${uses(1)} }`, { MAX_COST: 10_000 }, { tags: deep })).toEqual([
      ['MAX_COST', 10_011],
    ])
  })
})
