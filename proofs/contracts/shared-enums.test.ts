import { describe, expect, it } from '@jest/globals'
import { Kind, parse, print } from 'graphql'
import { subgraphs } from '../../scripts/compose-schema.ts'

/**
 * The names of enums whose declarations differ between contexts. my-page declares the statuses of order, payment and delivery
 * again, because no context reads another's files and common.graphql belongs to no context. Composition accepts a value or a
 * description that only one of them has.
 */
function differingEnums(contexts: { name: string; typeDefs: string }[]): string[] {
  const found = new Map<string, Set<string>>()
  for (const { typeDefs } of contexts)
    for (const definition of parse(typeDefs).definitions)
      if (definition.kind === Kind.ENUM_TYPE_DEFINITION)
        found.set(definition.name.value, (found.get(definition.name.value) ?? new Set()).add(print(definition)))
  return [...found].filter(([, texts]) => texts.size > 1).map(([name]) => name)
}

describe('an enum that several contexts declare', () => {
  it('has the same values and descriptions in each', () => {
    expect(differingEnums(subgraphs())).toEqual([])
  })

  it.each([
    ['a value that one lacks', 'enum OrderStatus { PAID }'],
    ['another description', 'enum OrderStatus { "Paid." PAID SENT }'],
  ])('is reported for %s', (_, typeDefs) => {
    const one = { name: 'one', typeDefs: 'enum OrderStatus { PAID SENT } enum Own { ONE }' }
    expect(differingEnums([one, { name: 'other', typeDefs }])).toEqual(['OrderStatus'])
  })
})
