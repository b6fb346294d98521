import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { laterSubjectsOf, subjectsOf } from '../../schema/events/facts.ts'
import { CONTEXTS } from '../../scripts/contexts.mjs'
import { hearsByContext, laterByContext } from './testing/contexts.ts'

/** What the first consumer of each context received in the last release. */
const released: { [context: string]: string[] } = JSON.parse(
  readFileSync(new URL('../../schema/released/hears.json', import.meta.url), 'utf8'),
)
const heard = await hearsByContext()
const later = await laterByContext()

describe.each(CONTEXTS)('the consumers of %s', (context) => {
  const laterFacts: readonly string[] = Object.values(later[context] ?? {}).flat()

  it('give a process of the last release, which shares the first one, no fact that it did not hear', () => {
    const first = heard[context]?.filter((fact) => !laterFacts.includes(fact)) ?? []
    // Such a process would acknowledge a fact for which it has no handler, and this release would never hear it.
    expect(first.filter((fact) => released[context]?.includes(fact) === false)).toEqual([])
  })

  it('are called by the context, and consume each fact that it hears once', () => {
    for (const consumer of Object.keys(later[context] ?? {})) expect(consumer).toMatch(RegExp(`^${context}-[a-z-]+$`))
    const hears = Object.fromEntries((heard[context] ?? []).map((fact) => [fact, true]))
    const consumed = [
      ...subjectsOf(hears, later[context]),
      ...Object.values(laterSubjectsOf(later[context] ?? {})).flat(),
    ]
    expect(consumed.toSorted()).toEqual(subjectsOf(hears).toSorted())
  })
})

it('all are named where operators read which ones to delete after restoring a database', () => {
  const operators = readFileSync(new URL('../../docs/operators.md', import.meta.url), 'utf8')
  const [, step = ''] = /^2\. (Delete its places in the stream.*)$/m.exec(operators) ?? []
  const consumers = Object.values(later).flatMap((one) => Object.keys(one ?? {}))
  expect(consumers.length).toBeGreaterThan(5)
  expect(consumers.filter((consumer) => !step.includes(`\`${consumer}\``))).toEqual([])
})

it('what the last release heard is known of each of its contexts', () => {
  expect(Object.keys(released).sort()).toEqual(
    expect.arrayContaining(['delivery', 'item', 'my-page', 'order', 'payment', 'store']),
  )
})
