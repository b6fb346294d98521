import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  type GraphQLOutputType,
  type GraphQLSchema,
  getNullableType,
  isAbstractType,
  isEnumType,
  isInputType,
  isListType,
  isObjectType,
} from 'graphql'
import { subgraphHandler } from '../../../chassis/graphql/handler.ts'
import { sdlOf, subgraphSchema } from '../../../chassis/graphql/schema.ts'
import { type Handler, listen } from '../../../chassis/http.ts'
import type { Logger } from '../../../chassis/log.ts'
import { CONTEXTS } from '../../../scripts/contexts.mjs'
import { ID } from '../seeds.ts'

/** A response that replaces a subgraph's own; `isCut` closes the connection before its end. */
export type OddAnswer = { status: number; headers: { [name: string]: string }; body: string; isCut: boolean }

const sdl = (context: string) =>
  sdlOf(new URL(`../../../subgraphs/${context}/inbound/graphql/${context}.graphql`, import.meta.url))

/**
 * The seven contexts on one port, each at `/<name>`: the server and the signed GraphQL endpoint of the chassis on the
 * context's own SDL, with resolvers that return a value of each field's type. `answerNextWith` replaces the next response.
 */
export async function startSubgraphs(keys: ReadonlyMap<string, string>, log: Logger) {
  let next: OddAnswer | null = null
  const serving = CONTEXTS.map(async (name): Promise<[string, Handler]> => {
    const typeDefs = sdl(name)
    const resolvers = resolversBy(subgraphSchema(typeDefs, {}))
    const callers = new Map([['router', [keys.get(name) ?? '']]])
    const handle = await subgraphHandler({ name, typeDefs, resolvers, callers, log, contextOf: () => ({}) })
    const route: Handler = (request, response) => {
      const answer = next
      next = null
      return answer ? sendOdd(answer, request, response) : handle(request, response)
    }
    return [`/${name}`, route]
  })
  const routes = Object.fromEntries(await Promise.all(serving))
  const { server, port, close } = await listen({ host: '127.0.0.1', port: 0, needs: [], routes, log })
  return {
    port,
    urls: new Map(CONTEXTS.map((name) => [name, `http://127.0.0.1:${port}/${name}`])),
    answerNextWith: (answer: OddAnswer | null) => {
      next = answer
    },
    close: () => {
      server.closeAllConnections()
      return close()
    },
  }
}

function sendOdd(
  { status, headers, body, isCut }: OddAnswer,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  request.resume()
  response.writeHead(status, headers)
  if (!isCut) return void response.end(body)
  response.write(body)
  setImmediate(() => response.destroy())
}

/** Resolvers that return a value of each field's type. */
function resolversBy(schema: GraphQLSchema): object {
  const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('_'))
  const entries = types.flatMap((type) => {
    if (isAbstractType(type)) return [[type.name, { __resolveType: ({ __typename }: Typed) => __typename }]]
    if (!isObjectType(type)) return []
    const fields = Object.values(type.getFields()).filter(({ name }) => !name.startsWith('_'))
    const resolvers = fields.map((field) => [field.name, () => valueFor(field.type, schema)])
    const reference = [['__resolveReference', (key: object) => key]]
    const isRoot = ['Query', 'Mutation', 'Subscription'].includes(type.name)
    return [[type.name, Object.fromEntries([...resolvers, ...(isRoot ? [] : reference)])]]
  })
  return Object.fromEntries(entries)
}

type Typed = { __typename: string }

function valueFor(declared: GraphQLOutputType, schema: GraphQLSchema): unknown {
  const type = getNullableType(declared)
  if (isListType(type)) return [valueFor(type.ofType, schema), valueFor(type.ofType, schema)]
  if (isAbstractType(type)) return { __typename: schema.getPossibleTypes(type)[0]?.name }
  if (isObjectType(type)) return { __typename: type.name }
  if (isEnumType(type)) return type.getValues()[0]?.value
  const leaves: { [name: string]: unknown } = { Int: 1, Float: 1.5, Boolean: true, ID, DateTime: new Date(0) }
  return isInputType(type) ? (leaves[type.name] ?? 'a text') : null
}
