import {
  type CoreFeature,
  DEFAULT_SUPPORTED_SUPERGRAPH_FEATURES,
  defaultRootName,
  errorCauses,
  Supergraph as FederationSupergraph,
  type Schema,
} from '@apollo/federation-internals'
import { GraphQLError, type GraphQLSchema } from 'graphql'
import { type AuthRequirements, ENFORCED_FEATURES, readRequirements } from './auth-requirements.ts'
import { withExecutableDirectives } from './executable-directives.ts'
import { type ListSizes, readListSizes } from './list-sizes.ts'
import { readLiteralsExactly } from './literals.ts'
import { areOnlyNodes, type Nodes, readNodes } from './nodes.ts'
import { markSecrets } from './secrets.ts'

/** A supergraph that can be planned and served. */
export type Supergraph = {
  sdl: string
  federation: FederationSupergraph
  /** What clients see, for Apollo's planner and for graphql-js. */
  apiSchema: Schema
  clientSchema: GraphQLSchema
  /** Includes what clients do not see (`@inaccessible`, join types). */
  fullSchema: GraphQLSchema
  /** By the subgraph's name in the supergraph (not the enum value of `join__Graph`). */
  subgraphs: Map<string, URL>
  /** What the authorization directives require of callers. */
  requirements: AuthRequirements
  /** What `@listSize` declares. */
  listSizes: ListSizes
  /** What `@node` declares: the fields that the router answers itself; null if there are none. */
  nodes: Nodes | null
}

/** The supergraph cannot be served; the message tells the operator why, in one line. */
export class UnusableSupergraph extends Error {}

/**
 * Returns what `build` makes of a supergraph, and throws UnusableSupergraph for whatever it throws: a file may be such that
 * Apollo's packages fail at any later step.
 */
export function orUnusable<Built>(build: () => Built, verdict = 'This supergraph cannot be served'): Built {
  try {
    return build()
  } catch (error) {
    if (error instanceof UnusableSupergraph) throw error
    throw new UnusableSupergraph(`${verdict}: ${reasonOf(error)}`, { cause: error })
  }
}

const MAX_REASONS = 3
const MAX_REASON_LENGTH = 300

/** The first messages of an error in one line. Apollo's errors of a schema have many causes. */
function reasonOf(error: unknown): string {
  const causes = (error instanceof Error && errorCauses(error)) || [error]
  const shown = causes.slice(0, MAX_REASONS).map((cause) => {
    const text = (cause instanceof Error ? cause.message : `${cause}`).replace(/\s+/g, ' ').slice(0, MAX_REASON_LENGTH)
    const line = cause instanceof GraphQLError && cause.locations?.[0]?.line
    return line ? `${text} (line ${line})` : text
  })
  const more = causes.length - shown.length
  return `${shown.join('; ')}${more > 0 ? `; and ${more} more` : ''}`
}

/** Loads supergraph SDL. `urls` overrides subgraphs' addresses by name. Throws UnusableSupergraph. */
export const loadSupergraph = (sdl: string, urls: Map<string, string> = new Map()): Supergraph =>
  orUnusable(() => load(sdl, urls))

function load(sdl: string, urls: Map<string, string>): Supergraph {
  const federation = orUnusable(() => buildFederation(sdl), 'This is not a supergraph')
  rejectUnimplemented(federation)
  const apiSchema = federation.apiSchema()
  const fullSchema = federation.schema.toGraphQLJSSchema()
  const clientSchema = withExecutableDirectives(apiSchema.toGraphQLJSSchema(), fullSchema)
  for (const schema of [clientSchema, fullSchema]) readLiteralsExactly(schema)
  markSecrets(clientSchema, federation.schema)
  const nodes = readNodes(federation.schema)
  return {
    sdl,
    federation,
    apiSchema,
    clientSchema,
    fullSchema,
    subgraphs: addresses(federation, urls, nodes),
    requirements: requirementsOf(federation, nodes),
    listSizes: readListSizes(federation.schema, nodes),
    nodes,
  }
}

/**
 * Builds Apollo's supergraph with its subgraphs, without a check of its features. Root types may have any names, which clients
 * and subgraphs see. Throws for what is no supergraph.
 */
export function buildFederation(sdl: string): FederationSupergraph {
  const federation = FederationSupergraph.build(sdl, { supportedFeatures: null })
  const roots = federation.schema.schemaDefinition
    .roots()
    .map(({ rootKind, type }) => ({ rootKind, type, name: type.name }))
  const renamed = roots.filter(({ rootKind, name }) => name !== defaultRootName(rootKind))
  for (const { rootKind, name } of renamed) {
    const other = defaultRootName(rootKind)
    if (!federation.schema.type(other)) continue
    throw new UnusableSupergraph(
      `Its ${rootKind} type is ${name}, and another type is called ${other}, which is not supported`,
    )
  }
  // Apollo's packages find the root types of subgraphs by their default names, which Apollo's composition gives to all.
  for (const { rootKind, type } of renamed) type.rename(defaultRootName(rootKind))
  const subgraphs = federation.subgraphs()
  for (const { rootKind, type, name } of renamed) {
    type.rename(name)
    for (const { schema } of subgraphs) schema.schemaDefinition.rootType(rootKind)?.rename(name)
  }
  return federation
}

/** Apollo's own gateway does not support it, so its packages do not name it. */
const CONTEXT = 'https://specs.apollo.dev/context/v0.1'

/** Advice to caches and gateways that composition links for EXECUTION. Without it every response is the same. */
const ADVICE = ['https://specs.apollo.dev/cacheTag/v0.1', 'https://specs.apollo.dev/cost/v0.1']

/**
 * Directives that protect data, or without which answers would be wrong, must not be ignored. Links without a purpose
 * only inform, so unknown ones are accepted. Links for EXECUTION are accepted if they are known to be advice.
 */
function rejectUnimplemented({ schema }: FederationSupergraph): void {
  const neverIgnored = ['authenticated', 'requiresScopes', 'policy', 'context']
  const implemented = new Set([...DEFAULT_SUPPORTED_SUPERGRAPH_FEATURES, ...ENFORCED_FEATURES, CONTEXT])
  const isAdvice = ({ url, purpose }: CoreFeature) => purpose === 'EXECUTION' && ADVICE.includes(url.base.toString())
  const features = [...(schema.coreFeatures?.allFeatures() ?? [])].filter((feature) => {
    const { url, purpose } = feature
    if (implemented.has(url.base.toString()) || isAdvice(feature)) return false
    return purpose || neverIgnored.includes(url.name)
  })
  if (features.length === 0) return
  const list = features.map(({ url, purpose }) => `@${url.name} (${url}), for ${purpose ?? 'SECURITY'}`)
  throw new UnusableSupergraph(
    `The supergraph uses what this router does not implement yet, and it will not serve it unprotected or wrongly: ${list.join('; ')}`,
  )
}

function requirementsOf({ schema }: FederationSupergraph, nodes: Nodes | null): AuthRequirements {
  const { requirements, problems } = readRequirements(schema)
  // Who selects it below these fields has sent it, and its owner decides whether they are told that it exists.
  if (nodes && areOnlyNodes(schema, nodes)) requirements.byCoordinate.delete(`${nodes.interface}.id`)
  if (problems.length === 0) return requirements
  throw new UnusableSupergraph(`The supergraph asks of callers what cannot be checked here: ${problems.join('; ')}`)
}

function addresses(federation: FederationSupergraph, urls: Map<string, string>, nodes: Nodes | null): Map<string, URL> {
  const known = federation.subgraphsMetadata().filter(({ name }) => name !== nodes?.service)
  const unknown = [...urls.keys()].filter((name) => !known.some((subgraph) => subgraph.name === name))
  if (unknown.length) {
    const names = known.map(({ name }) => name).join(', ')
    throw new UnusableSupergraph(`SUBGRAPH_URLS names no subgraph of this supergraph: ${unknown} (it has: ${names})`)
  }
  const found = known.map(({ name, url }) => [name, URL.parse(urls.get(name) ?? url)] as const)
  const withoutAddress = found.filter(([, url]) => !url || !/^https?:$/.test(url.protocol)).map(([name]) => name)
  if (withoutAddress.length) {
    throw new UnusableSupergraph(`No http(s) address for: ${withoutAddress.join(', ')} (give it in SUBGRAPH_URLS)`)
  }
  return new Map(found.flatMap(([name, url]) => (url ? [[name, url]] : [])))
}

/**
 * The labels of progressive `@override` that are on, so that the field comes from its new subgraph. A percentage is on
 * only if it is 100, so that each operation has one plan. With any other label the field stays with the old subgraph,
 * which can answer it as long as there is a label.
 */
export const overrideConditions: Map<string, boolean> = new Map([
  ['percent(100)', true],
  ['percent(100.0)', true],
])
