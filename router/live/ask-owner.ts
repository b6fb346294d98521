import { type FieldNode, Kind, print, type VariableDefinitionNode, visit } from 'graphql'
import type { ErrorPath } from '../errors.ts'
import type { Given } from '../execute.ts'
import type { Caller, Fetcher, Run } from '../fetch.ts'
import type { Plan } from '../plan.ts'
import type { Missing } from './carried.ts'

/** Whom to ask, by which plan's primary: its variables are what the fields' arguments may be. */
export type Owner = {
  service: string
  fetch: Fetcher
  plan: Plan
  definitions: readonly VariableDefinitionNode[]
  variables: Record<string, unknown>
}

/**
 * Asks the owner for all that a message does not carry, with one fetch, and puts it in its places. Answers what even
 * the owner did not tell; those fields are null.
 */
export async function askOwner(owner: Owner, missing: Missing[], caller: Caller): Promise<Given['lost']> {
  const { service, fetch, plan } = owner
  const places = [...Map.groupBy(missing, ({ into }) => into).values()]
  const aliases = aliasesOf(missing)
  const { query, variables } = question(owner, missing, aliases)
  const representations = places.flatMap(([first]) => (first ? [first.representation] : []))
  const run: Run = { caller, plan, losses: [], roots: [] }
  const request = { service, query, operationName: undefined, representations, at: [] }
  const answer = await fetch({ ...request, variables: { ...variables, representations } }, run)

  const entities = Array.isArray(answer?._entities) ? answer._entities : []
  for (const [index, place] of places.entries()) {
    for (const { field, into } of place) into[field.response] = entities[index]?.[aliases.get(field.node) ?? ''] ?? null
  }
  const pathOf = ({ path, field }: Missing): ErrorPath => [...path, field.response]
  return run.losses.flatMap(({ path, message, code }) => {
    const loss = { message, code, service }
    const [, index, alias, ...rest] = path === 'all' ? [] : path
    const place = typeof index === 'number' ? places[index] : undefined
    if (!place) return missing.map((each) => ({ ...loss, path: pathOf(each) }))
    const field = place.find((each) => aliases.get(each.field.node) === alias)
    // An entity that could not be found at all costs each of its fields.
    return field
      ? [{ ...loss, path: [...pathOf(field), ...rest] }]
      : place.map((each) => ({ ...loss, path: pathOf(each) }))
  })
}

/** Fields of the same name in the answer may differ in their arguments from entity to entity: each has its own alias. */
function aliasesOf(missing: Missing[]): Map<FieldNode, string> {
  const nodes = new Set(missing.map(({ field }) => field.node))
  return new Map([...nodes].map((node, index) => [node, `f${index}`]))
}

function question(owner: Owner, missing: Missing[], aliases: Map<FieldNode, string>) {
  const byType = [...Map.groupBy(missing, ({ typename }) => typename)]
  const fragments = byType.map(([typename, fields]) => {
    const nodes = [...new Set(fields.map(({ field }) => field.node))]
    const texts = nodes.map((node) => print({ ...node, alias: { kind: Kind.NAME, value: aliases.get(node) ?? '' } }))
    return `... on ${typename} { ${texts.join(' ')} }`
  })
  const used = new Set<string>()
  for (const node of aliases.keys()) visit(node, { Variable: ({ name }) => void used.add(name.value) })
  const definitions = owner.definitions.filter(({ variable }) => used.has(variable.name.value))
  const head = ['$representations: [_Any!]!', ...definitions.map((definition) => print(definition))].join(', ')
  const given = Object.entries(owner.variables).filter(([name]) => used.has(name))
  return {
    query: `query (${head}) { _entities(representations: $representations) { __typename ${fragments.join(' ')} } }`,
    variables: Object.fromEntries(given),
  }
}
