import { isAbstractType } from 'graphql'
import type { ArgumentAliases } from '../../router/executor/compile/argument-aliases.ts'
import type { CompiledOperation } from '../../router/executor/compile/compile-plan.ts'
import type { CompiledFetch } from '../../router/executor/compile/fetches.ts'
import type { RequiredSelection } from '../../router/executor/compile/required-selections.ts'
import { isOfType } from '../../router/executor/compile/response-shape.ts'
import { entityFields } from '../../router/executor/compile/split-fetch.ts'
import { bodyOf } from '../../router/executor/run/fetch.ts'
import { represent } from '../../router/executor/run/representations.ts'
import type { Json } from '../../router/executor/selection/json.ts'
import { parseOperation } from '../../router/executor/selection/normal-form.ts'
import type { Supergraph } from '../../router/supergraph/load.ts'
import { type NumberedFetch, placeOf } from './steps.ts'

/** What the requests of one run depend on. */
export type Inputs = {
  compiled: CompiledOperation
  argumentAliases: ArgumentAliases
  /** The client's variables as sent. */
  variables: Json
}

/** The types whose representations are printed. */
const MAX_TYPES = 3

/** What one fetch needs and sends. Values that an earlier fetch brings are placeholders: ‹id›. */
export function fetchLines({ number, fetch }: NumberedFetch, inputs: Inputs): string[] {
  const { supergraph, narrowedFetches } = inputs.compiled
  const { service, representation, contextRewrites } = fetch
  const address = fetch.nodeFields ? 'the router itself' : supergraph.subgraphs.get(service)?.href
  const title = `Fetch ${number}: ${service} (${address}), ${placeOf(fetch)}`
  if (fetch.nodeFields) return [title, '  answers  the type and the id that each global id says; no request is sent']
  const narrowed = narrowedFetches.get(fetch)
  const parts = fetch.splitByRequirements()
  return [
    title,
    ...(representation?.requires ?? []).map((each) => `  needs    ${textOf([each])}`),
    ...(representation ? reasonsFor(representation.requires, fetch, inputs.argumentAliases) : []),
    ...(narrowed ? [`  only     the objects of which the client selects one of: ${[...narrowed].join(', ')}`] : []),
    ...contextRewrites.map(
      ({ path, renameKeyTo }) => `  context  $${renameKeyTo} is what ${path.join('/')} is, from the entity`,
    ),
    `  body     ${bodyText(fetch, inputs)}`,
    ...parts.map((part) => `  or       ${bodyText(part, inputs)}`),
    ...(parts.length ? ['           if an entity lacks what some of the fields require'] : []),
  ]
}

/** The body that would be sent, with one placeholder for the entities of each type. */
export function bodyText(fetch: CompiledFetch, { compiled: { supergraph }, variables }: Inputs): string {
  const { representation, contextRewrites } = fetch
  const context = Object.fromEntries(
    contextRewrites.map(({ path, renameKeyTo }) => [renameKeyTo, `‹${path.join('/')}›`]),
  )
  if (!representation) return bodyOf(fetch, null, variables, context)
  const { schema, requires } = representation
  const fragments = requires.filter((each) => each.kind === 'fragment')
  const types = new Set(fragments.flatMap(({ on }) => typesOf(on, supergraph)))
  const entities = [...types].slice(0, MAX_TYPES).map((type) => {
    const applying = fragments.filter(({ on }) => isOfType(schema, type, on))
    return placeholder(
      applying.flatMap(({ selections }) => selections),
      type,
    )
  })
  const represented = entities.flatMap((entity) => represent(entity, representation) ?? [])
  return bodyOf(fetch, [...new Set(represented)].join(), variables, context)
}

/** An entity as earlier fetches would leave it in the tree; a list is shown as one of its members. */
function placeholder(selections: readonly RequiredSelection[], typename: string, path = ''): Json {
  const entity: Json = { __typename: typename }
  for (const each of selections) {
    if (each.kind === 'fragment') Object.assign(entity, placeholder(each.selections, each.on, path))
    else if (each.name !== '__typename') {
      const here = `${path}${each.name}`
      entity[each.name] = each.selections ? placeholder(each.selections, '', `${here}.`) : `‹${here}›`
    }
  }
  return entity
}

/** The types that objects of a type may have. Where a subgraph has an interface object, they may have the interface's name. */
function typesOf(name: string, { fullSchema, federation }: Supergraph): string[] {
  const type = fullSchema.getType(name)
  if (!isAbstractType(type)) return [name]
  const isObjectSomewhere = [...federation.subgraphs()].some(({ schema }) => schema.type(name)?.kind === 'ObjectType')
  return [...(isObjectSomewhere ? [name] : []), ...fullSchema.getPossibleTypes(type).map((each) => each.name)]
}

/** Why each field is sent: it is a key, or which of the fetched fields require it. */
function reasonsFor(
  requires: readonly RequiredSelection[],
  { service, bodyPrefix }: CompiledFetch,
  { requiredFields }: ArgumentAliases,
): string[] {
  const { query }: { query: string } = JSON.parse(`${bodyPrefix}}`) // as compileFetch has made it
  const users = new Map<string, string[]>()
  for (const { type, field } of entityFields(parseOperation(query))) {
    for (const name of requiredFields.get(`${service}.${type}.${field}`) ?? [])
      users.set(name, [...(users.get(name) ?? []), `${type}.${field}`])
  }
  const reasons = requires
    .flatMap((each) => (each.kind === 'fragment' ? each.selections : [each]))
    .flatMap((each) => {
      if (each.kind === 'fragment' || each.name === '__typename') return []
      const by = users.get(each.name)
      if (by) return [`           ${each.name} is required by ${[...new Set(by)].join(', ')}`]
      return [`           ${each.name} is ${each.isRequired ? 'a key' : 'not needed here, but sent if it is known'}`]
    })
  return [...new Set(reasons)]
}

/** Required selections as GraphQL; a field that is sent under another name as an alias. */
function textOf(selections: readonly RequiredSelection[]): string {
  return selections
    .map((each) => {
      if (each.kind === 'fragment') return `${each.on} { ${textOf(each.selections)} }`
      const name = each.as === each.name ? each.name : `${each.as}: ${each.name}`
      return each.selections ? `${name} { ${textOf(each.selections)} }` : name
    })
    .join(' ')
}
