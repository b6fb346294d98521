import { readFileSync } from 'node:fs'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { type GraphQLSchema, parse } from 'graphql'
import { limitListArguments } from './list-arguments.ts'
import { commonResolvers } from './resolvers.ts'

type SchemaModule = Extract<Parameters<typeof buildSubgraphSchema>[0], unknown[]>[number]

/**
 * A subgraph's executable schema, from its whole SDL (`sdlOf`) and its own resolvers; the common ones are added, and list
 * arguments are limited.
 */
export function subgraphSchema(typeDefs: string[], resolvers: object): GraphQLSchema {
  // The resolvers' types are generated from this SDL; Apollo's type is a looser map.
  const module = { typeDefs: parse(typeDefs.join('\n')), resolvers: { ...commonResolvers, ...resolvers } }
  const schema = buildSubgraphSchema([module as SchemaModule])
  limitListArguments(schema)
  return schema
}

const read = (file: URL) => readFileSync(file, 'utf8')
const COMMON = new URL('./common.graphql', import.meta.url)
const LIVE = new URL('./live.graphql', import.meta.url)

/** A subgraph's whole SDL: its own file, common.graphql, and live.graphql if it has a live feed. */
export function sdlOf(file: URL): string[] {
  const own = read(file)
  return [read(COMMON), ...(own.includes('@live(') ? [read(LIVE)] : []), own]
}
