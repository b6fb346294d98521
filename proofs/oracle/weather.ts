import { GraphQLScalarType, isSpecifiedScalarType, parse, visit } from 'graphql'
import { seeded } from './random.ts'
import type { Setup } from './setup.ts'
import type { Weather } from './subgraphs.ts'

/** One of the subgraphs does not answer. */
export function oneDown({ subgraphs }: Setup, seed: string): Weather {
  return { down: [seeded(seed).pick([...subgraphs.keys()])] }
}

/**
 * Subgraphs that give, here and there, a value of a kind that the field is never of: an object for a leaf, a number for
 * an object or a list. Left alone is what others depend on (keys, @requires) and what may be anything (custom scalars).
 */
export function spoilt(setup: Setup, seed: string): Weather {
  const protectedNames = protectedFields(setup)
  const spoil: Weather['spoil'] = (service, query, data) => {
    const leftAlone = new Set(protectedNames)
    visit(parse(query), {
      Field: ({ alias, name }) => void (alias && protectedNames.has(name.value) && leftAlone.add(alias.value)),
    })
    const random = seeded(`${seed} ${service} ${query}`)
    const walk = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(walk)
      if (typeof value !== 'object' || value === null) return value
      const entries = Object.entries(value).map(([key, inner]) => {
        if (inner === null || leftAlone.has(key) || isOf(inner, protectedNames)) return [key, inner]
        return [key, key !== '_entities' && random.maybe(0.08) ? wrong(inner) : walk(inner)]
      })
      return Object.fromEntries(entries)
    }
    return walk(data)
  }
  return { down: [], spoil }
}

/** Whether a value is of one of these fields, whatever it is called here: made-up values say so themselves (world.ts). */
function isOf(value: unknown, names: Set<string>): boolean {
  if (Array.isArray(value)) return value.some((member) => isOf(member, names))
  if (typeof value === 'object' && value !== null) return 'text' in value && 'list' in value
  return typeof value === 'string' && (/^\w+\/\d+$/.test(value) || names.has(/^\w+/.exec(value)?.[0] ?? ''))
}

const wrong = (value: unknown) => (typeof value === 'object' ? 7 : { of: 'no leaf' })

function protectedFields({ supergraph, solid, needed }: Setup): Set<string> {
  const names = new Set(['__typename', ...[...solid, ...needed].map((field) => field.split('.')[1] ?? '')])
  for (const type of Object.values(supergraph.fullSchema.getTypeMap())) {
    for (const field of 'getFields' in type ? Object.values(type.getFields()) : []) {
      const leaf = supergraph.fullSchema.getType(String(field.type).replace(/[[\]!]/g, ''))
      if (leaf instanceof GraphQLScalarType && !isSpecifiedScalarType(leaf)) names.add(field.name)
    }
  }
  return names
}
