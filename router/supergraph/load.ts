import {
  DEFAULT_SUPPORTED_SUPERGRAPH_FEATURES,
  Supergraph as FederationSupergraph,
  type Schema,
} from '@apollo/federation-internals'
import type { GraphQLSchema } from 'graphql'
import { type AuthRequirements, ENFORCED_FEATURES, readRequirements } from './auth-requirements.ts'
import { withExecutableDirectives } from './executable-directives.ts'
import { readLiteralsExactly } from './literals.ts'

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
}

/** The supergraph cannot be served; the message tells the operator why. */
export class UnusableSupergraph extends Error {}

/** Loads supergraph SDL. `urls` overrides subgraphs' addresses by name. Throws UnusableSupergraph. */
export function loadSupergraph(sdl: string, urls: Map<string, string> = new Map()): Supergraph {
  const federation = build(sdl)
  rejectUnimplemented(federation)
  const apiSchema = federation.apiSchema()
  const fullSchema = federation.schema.toGraphQLJSSchema()
  const clientSchema = withExecutableDirectives(apiSchema.toGraphQLJSSchema(), fullSchema)
  for (const schema of [clientSchema, fullSchema]) readLiteralsExactly(schema)
  return {
    sdl,
    federation,
    apiSchema,
    clientSchema,
    fullSchema,
    subgraphs: addresses(federation, urls),
    requirements: requirementsOf(federation),
  }
}

function build(sdl: string): FederationSupergraph {
  try {
    // Supported features are checked below, with a better message.
    return FederationSupergraph.build(sdl, { supportedFeatures: null })
  } catch (error) {
    throw new UnusableSupergraph(`This is not a supergraph: ${error instanceof Error ? error.message : error}`)
  }
}

/** Apollo's own gateway does not support it, so its packages do not name it. */
const CONTEXT = 'https://specs.apollo.dev/context/v0.1'

/**
 * Directives that protect data, or without which answers would be wrong, must not be ignored. Links without a purpose
 * only inform, so unknown ones are accepted.
 */
function rejectUnimplemented({ schema }: FederationSupergraph): void {
  const neverIgnored = ['authenticated', 'requiresScopes', 'policy', 'context']
  const implemented = new Set([...DEFAULT_SUPPORTED_SUPERGRAPH_FEATURES, ...ENFORCED_FEATURES, CONTEXT])
  const features = [...(schema.coreFeatures?.allFeatures() ?? [])].filter(
    ({ url, purpose }) => (purpose || neverIgnored.includes(url.name)) && !implemented.has(url.base.toString()),
  )
  if (features.length === 0) return
  const lines = features.map(({ url, purpose }) => `  @${url.name} (${url}), for ${purpose ?? 'SECURITY'}`)
  throw new UnusableSupergraph(
    `The supergraph uses what this router does not implement yet, and it will not serve it unprotected or wrongly:\n${lines.join('\n')}`,
  )
}

function requirementsOf({ schema }: FederationSupergraph): AuthRequirements {
  const { requirements, problems } = readRequirements(schema)
  if (problems.length === 0) return requirements
  const lines = problems.map((problem) => `  ${problem}`)
  throw new UnusableSupergraph(`The supergraph asks of callers what cannot be checked here:\n${lines.join('\n')}`)
}

function addresses(federation: FederationSupergraph, urls: Map<string, string>): Map<string, URL> {
  const known = federation.subgraphsMetadata()
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
