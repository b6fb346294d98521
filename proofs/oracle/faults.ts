import { GraphQLScalarType, isSpecifiedScalarType, parse, visit } from 'graphql'
import { JsonNumber } from '../../chassis/exact-json.ts'
import { seeded } from './random.ts'
import type { Setup } from './setup.ts'
import type { Faults } from './subgraphs.ts'

/** One of the subgraphs does not answer. */
export function oneSubgraphDown({ subgraphs }: Setup, seed: string): Faults {
  return { down: [seeded(seed).pick([...subgraphs.keys()])] }
}

/** Errors are not what the specification says: texts, null, empty objects, and not a list. */
export function corruptedErrors(seed: string): Faults {
  return {
    down: [],
    corruptErrors: (errors) => {
      const random = seeded(`${seed} ${errors}`)
      return random.maybe(0.1)
        ? 'failed'
        : errors.map((error) => random.pick<unknown>([error, error.message, null, {}]))
    },
  }
}

/**
 * Subgraphs that sometimes return a value of the wrong kind: an object for a leaf, a number for an object or a list.
 * Fields that others depend on (keys, @requires) and custom scalars are left as they are.
 */
export function corruptedAnswers(setup: Setup, seed: string): Faults {
  const protectedNames = protectedFields(setup)
  const corrupt: Faults['corrupt'] = (service, query, data) => {
    const leftAlone = new Set(protectedNames)
    visit(parse(query), {
      Field: ({ alias, name }) => void (alias && protectedNames.has(name.value) && leftAlone.add(alias.value)),
    })
    const random = seeded(`${seed} ${service} ${query}`)
    const walk = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(walk)
      if (typeof value !== 'object' || value === null || value instanceof JsonNumber) return value
      const entries = Object.entries(value).map(([key, inner]) => {
        if (inner === null || leftAlone.has(key) || isOf(inner, protectedNames)) return [key, inner]
        return [key, key !== '_entities' && random.maybe(0.08) ? wrong(inner) : walk(inner)]
      })
      return Object.fromEntries(entries)
    }
    return walk(data)
  }
  return { down: [], corrupt }
}

/**
 * Whether a value belongs to one of these fields, under any alias: generated values contain the field's name
 * (world.ts).
 */
function isOf(value: unknown, names: Set<string>): boolean {
  if (Array.isArray(value)) return value.some((member) => isOf(member, names))
  if (typeof value === 'object' && value !== null) return 'text' in value && 'list' in value
  return typeof value === 'string' && (/^\w+\/\d+$/.test(value) || names.has(/^\w+/.exec(value)?.[0] ?? ''))
}

const wrong = (value: unknown) => (typeof value === 'object' ? 7 : { of: 'no leaf' })

function protectedFields({ supergraph, keyFields, requiredFields }: Setup): Set<string> {
  const names = new Set(['__typename', ...[...keyFields, ...requiredFields].map((field) => field.split('.')[1] ?? '')])
  for (const type of Object.values(supergraph.fullSchema.getTypeMap())) {
    for (const field of 'getFields' in type ? Object.values(type.getFields()) : []) {
      const leaf = supergraph.fullSchema.getType(String(field.type).replace(/[[\]!]/g, ''))
      if (leaf instanceof GraphQLScalarType && !isSpecifiedScalarType(leaf)) names.add(field.name)
    }
  }
  return names
}
