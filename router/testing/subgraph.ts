import { buildSubgraphSchema } from '@apollo/subgraph'
import { type GraphQLFieldResolver, type GraphQLScalarType, graphql, parse } from 'graphql'
import { parseExactly } from '../../chassis/exact-json.ts'
import { listen, readBody, sendJson } from '../../chassis/http.ts'

export type Resolvers = Record<string, Record<string, GraphQLFieldResolver<unknown, unknown>> | GraphQLScalarType>

/**
 * How a test's subgraph responds: correctly; correctly, but not before `release`; never, so that its router times out
 * (testing/router.ts); or with this status and text.
 */
export type Behaviour = 'right' | 'held' | 'hang' | { status: number; text: string }

export type SubgraphDefinition = { name: string; typeDefs: string; resolvers: object }

/** A subgraph on a free port that records its requests and can be made to fail. */
export async function startSubgraph({ name, typeDefs, resolvers }: SubgraphDefinition) {
  // The resolvers of a test are few and plain; their exact type would be longer than they are.
  const schema = buildSubgraphSchema([{ typeDefs: parse(typeDefs), resolvers: resolvers as Resolvers }])
  const requests: { headers: Record<string, unknown>; body: string }[] = []
  let behaviour: Behaviour = 'right'
  let held = Promise.withResolvers<void>()

  const { port, close, server } = await listen({
    host: '127.0.0.1',
    port: 0,
    needs: [],
    routes: {
      '/graphql': async (request, response) => {
        const body = (await readBody(request, 1_000_000)).toString()
        requests.push({ headers: request.headers, body })
        if (behaviour === 'hang') return
        if (behaviour === 'held') await held.promise
        else if (behaviour !== 'right') {
          response.writeHead(behaviour.status, { 'content-type': 'application/json' }).end(behaviour.text)
          return
        }
        const { query, operationName } = JSON.parse(body)
        const { variables } = parseExactly(body) as { variables?: Record<string, unknown> } // The router sends no others.
        const answer = await graphql({ schema, source: query, variableValues: variables, operationName })
        sendJson(response, 200, answer)
      },
    },
  })
  return {
    name,
    typeDefs,
    url: `http://127.0.0.1:${port}/graphql`,
    requests,
    behave: (next: Behaviour) => {
      behaviour = next
    },
    /** Answers all held requests, and further ones at once. */
    release: () => {
      if (behaviour === 'held') behaviour = 'right'
      held.resolve()
      held = Promise.withResolvers()
    },
    close: async () => {
      server.closeAllConnections()
      await close()
    },
  }
}

export type TestSubgraph = Awaited<ReturnType<typeof startSubgraph>>
