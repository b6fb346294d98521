import { buildSubgraphSchema } from '@apollo/subgraph'
import { type GraphQLSchema, parse } from 'graphql'
import { commonResolvers } from './scalars.ts'

type SchemaModule = Extract<Parameters<typeof buildSubgraphSchema>[0], unknown[]>[number]

/** A context's part of the graph: its own SDL and the common one, its own resolvers and the common ones. */
export function subgraphSchema(typeDefs: string[], resolvers: object): GraphQLSchema {
  // The resolvers are typed by code generated from this SDL; Apollo's own type of them is a looser map.
  const module = { typeDefs: parse(typeDefs.join('\n')), resolvers: { ...commonResolvers, ...resolvers } }
  return buildSubgraphSchema([module as SchemaModule])
}
