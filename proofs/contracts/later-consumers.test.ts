import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { laterSubjectsOf, subjectsOf } from '../../schema/events/facts.ts'
import { CONTEXTS } from '../../scripts/contexts.mjs'
import { hearsByContext, laterByContext } from './testing/contexts.ts'

const released = Object.keys(
  JSON.parse(readFileSync(new URL('../../schema/released/facts.json', import.meta.url), 'utf8')),
)
const heard = await hearsByContext()
const later = await laterByContext()

describe.each(CONTEXTS)('the consumers of %s', (context) => {
  const laterFacts: readonly string[] = Object.values(later[context] ?? {}).flat()

  it('give a process of the last release, which shares the first one, no fact that it does not know', () => {
    const first = heard[context]?.filter((fact) => !laterFacts.includes(fact)) ?? []
    expect(first.filter((fact) => !released.includes(fact))).toEqual([])
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
