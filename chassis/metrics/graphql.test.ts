import { expect, it } from '@jest/globals'
import { GraphQLError, graphql } from 'graphql'
import { Registry } from 'prom-client'
import { subgraphSchema } from '../graphql/schema.ts'
import { graphqlMetrics } from './graphql.ts'

const typeDefs = [
  `type Query { name: String nobody: String late: String broken: String away: String refused: String }
   type Mutation { place: Placed }
   type Placed { type: String! }`,
]
const fail = (error: Error) => () => {
  throw error
}
const resolvers = {
  Query: {
    name: () => 'KJ',
    nobody: () => null,
    late: async () => 'later',
    broken: async () => fail(new Error('password=secret'))(),
    away: fail(Object.assign(new Error('terminated'), { code: '57P01' })),
    refused: fail(new GraphQLError('no', { extensions: { code: 'FORBIDDEN' } })),
  },
  Mutation: { place: async () => ({ type: 'TooManyUnpaid' }) },
}

it('counts each root field once, by what came of it', async () => {
  const registry = new Registry()
  const schema = subgraphSchema(typeDefs, resolvers)
  graphqlMetrics(registry).countFields(schema)
  await graphql({ schema, source: '{ name nobody late broken away refused }' })
  await graphql({ schema, source: 'mutation { a: place { type } b: place { type } }' })
  const lines = (await registry.metrics()).split('\n')
  const counted = lines.filter((line) => line.startsWith('service_graphql_fields_total{')).sort()
  const of = (operation: string, field: string, outcome: string, count: number) =>
    `service_graphql_fields_total{operation="${operation}",field="${field}",outcome="${outcome}"} ${count}`
  expect(counted).toEqual(
    [
      of('query', 'name', 'answered', 1),
      of('query', 'nobody', 'null', 1),
      of('query', 'late', 'answered', 1),
      of('query', 'broken', 'INTERNAL_SERVER_ERROR', 1),
      of('query', 'away', 'SERVICE_UNAVAILABLE', 1),
      of('query', 'refused', 'FORBIDDEN', 1),
      of('mutation', 'place', 'TooManyUnpaid', 2),
    ].sort(),
  )
  expect(lines).toContain('service_graphql_field_seconds_count{operation="mutation",field="place"} 2')
  expect(lines.join('\n')).not.toContain('secret')
})
