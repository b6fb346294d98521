import { describe, expect, it } from '@jest/globals'
import { parse } from 'graphql'
import { createPlanner, leastRecentlyUsed } from './plan.ts'
import { loadSupergraph } from './supergraph.ts'
import { library } from './testing/library.ts'
import { compose } from './testing/router.ts'

const planner = createPlanner(
  loadSupergraph(compose(library.map(({ name, typeDefs }) => ({ name, typeDefs, url: `http://${name}` })))),
  2,
)

describe('plans', () => {
  it('are kept by what the document says, not how it is laid out', () => {
    const plan = planner(parse('query A { hours }'), undefined)
    expect(planner(parse('query A {\n  hours # when\n}'), undefined)).toBe(plan)
    expect(planner(parse('query A { open }'), undefined)).not.toBe(plan)
  })

  it('are kept by operation where a document has several', () => {
    const document = parse('query A { hours } query B { open }')
    expect(planner(document, 'A')).not.toBe(planner(document, 'B'))
    expect(planner(document, 'A')).toBe(planner(document, 'A'))
  })

  it('are forgotten when others are used more', () => {
    const first = planner(parse('query First { hours }'), undefined)
    planner(parse('query Second { hours }'), undefined)
    expect(planner(parse('query First { hours }'), undefined)).toBe(first)
    planner(parse('query Third { hours }'), undefined)
    expect(planner(parse('query First { hours }'), undefined)).toBe(first)
    planner(parse('query Fourth { hours }'), undefined)
    planner(parse('query Fifth { hours }'), undefined)
    expect(planner(parse('query First { hours }'), undefined)).not.toBe(first)
  })
})

it('a bounded map never holds more than its limit', () => {
  const map = leastRecentlyUsed<number>(3)
  for (let i = 0; i < 100; i++) map.set(`${i}`, i)
  expect([map.size(), map.get('96'), map.get('97')]).toEqual([3, undefined, 97])
})
