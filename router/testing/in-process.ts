import { buildSubgraphSchema } from '@apollo/subgraph'
import { graphql, parse, TypeInfo, visit, visitWithTypeInfo } from 'graphql'
import { pino } from 'pino'
import type { Claims } from '../../chassis/signed-context.ts'
import { createExecutor } from '../request/execute.ts'
import { createPrepare } from '../request/prepare.ts'
import { loadSupergraph } from '../supergraph/load.ts'
import { createSend } from '../upstream/send.ts'
import { operationOf } from './operation.ts'
import { compose } from './router.ts'
import type { Resolvers, SubgraphDefinition } from './subgraph.ts'

/** A router's executor over subgraphs in this very process. `resolvedFields` has the coordinates of all fields that subgraphs were asked for. */
export function executorInProcess(definitions: SubgraphDefinition[], changed: (sdl: string) => string = (sdl) => sdl) {
  const sdl = compose(definitions.map(({ name, typeDefs }) => ({ name, typeDefs, url: `http://${name}/graphql` })))
  const supergraph = loadSupergraph(changed(sdl))
  const schemas = new Map(
    definitions.map(({ name, typeDefs, resolvers }) => [
      name,
      // The resolvers of a test are few and plain; their exact type would be longer than they are.
      buildSubgraphSchema([{ typeDefs: parse(typeDefs), resolvers: resolvers as Resolvers }]),
    ]),
  )
  const resolvedFields: string[] = []

  const post = async ({ url, body }: { url: URL; body: string }) => {
    const schema = schemas.get(url.hostname)
    if (!schema) throw new Error(`No subgraph ${url.hostname} in this test`)
    const { query, variables } = JSON.parse(body)
    const types = new TypeInfo(schema)
    const record = {
      Field: ({ name }: { name: { value: string } }) => {
        resolvedFields.push(`${types.getParentType()?.name}.${name.value}`)
      },
    }
    visit(parse(query), visitWithTypeInfo(types, record))
    const { data, errors = [] } = await graphql({ schema, source: query, variableValues: variables })
    const copied = errors.map(({ message, path }) => ({ message, path: [...(path ?? [])], code: undefined }))
    // As it would come over the network: a copy, which the executor may change.
    return { data: data ? structuredClone(data) : null, errors: copied }
  }

  const log = pino({ enabled: false })
  const send = createSend({ supergraph, post, keys: new Map(), log })
  const execute = createExecutor({ supergraph, prepare: createPrepare({ supergraph, send, log }) })
  const query = (source: string, claims: Claims, variables: Record<string, unknown> = {}) =>
    execute({ operation: operationOf(supergraph.clientSchema, source), variables }, { claims, headers: {} })
  return { supergraph, execute, query, resolvedFields }
}
