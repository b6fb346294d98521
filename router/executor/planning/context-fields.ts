import { Kind } from 'graphql'
import { type ContextSource, contextSources } from '../compile/context-sources.ts'
import type { CompiledFetch } from '../compile/fetches.ts'
import { parseOperation } from '../selection/normal-form.ts'
import type { LackingFields } from './restore-fields.ts'

/**
 * The fields from which arguments are taken (@fromContext), where several are inside one field of their object: of
 * `$shop { at { zip } }` and `$shop { at { code } }` the planner plans to fetch one only.
 */
export function contextFields(fetches: readonly CompiledFetch[]): LackingFields[] {
  const sources = new Map(fetches.flatMap(contextSources).map((source) => [JSON.stringify(source), source]))
  const byField = Map.groupBy(sources.values(), ({ path, type, fields }) => [...path, type, fields[0]].join())
  return [...byField.values()].filter((same) => same.length > 1).flatMap((same) => same.map(asLacking))
}

function asLacking({ path, type, fields }: ContextSource): LackingFields {
  const text = fields.reduceRight((inside, field) => (inside ? `${field}{${inside}}` : field), '')
  const { selections } = parseOperation(`{${text}}`).selectionSet
  const nodes = selections.filter((each) => each.kind === Kind.FIELD)
  return { path, on: type, nodes, refused: new Map(), isOfItsFetch: true }
}
