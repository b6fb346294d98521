import { buildSubgraphSchema } from '@apollo/subgraph'
import { type ExecutionResult, getVariableValues, graphql, parse } from 'graphql'
import { pino } from 'pino'
import { prepareWithApollo } from '../../fallback/fallback.ts'
import type { Caller, EventData } from '../../operation.ts'
import { createExecutor } from '../../request/execute.ts'
import { loadSupergraph, type Supergraph } from '../../supergraph/load.ts'
import { operationOf } from '../../testing/operation.ts'
import { compose } from '../../testing/router.ts'
import type { Resolvers, SubgraphDefinition } from '../../testing/subgraph.ts'
import { createSend } from '../../upstream/send.ts'
import type { NoResponse, SubgraphResponse } from '../../upstream/subgraph-client.ts'
import { createOperationCompiler, createPlanner } from '../planning/plan-and-compile.ts'
import { runOperation } from '../run/run-operation.ts'

export type Answer = SubgraphResponse | NoResponse
/** Answers in place of a subgraph; undefined lets the subgraph answer. */
export type Override = (
  service: string,
  body: { query: string; variables: Record<string, unknown> },
) => Answer | undefined

const caller: Caller = { claims: null, headers: {} }

/** Runs our executor and Apollo's on the same subgraphs, in this process. */
export function bothExecutors(definitions: SubgraphDefinition[]) {
  const supergraph = supergraphOf(definitions)
  const schemas = new Map(
    definitions.map(({ name, typeDefs, resolvers }) => [
      name,
      buildSubgraphSchema([{ typeDefs: parse(typeDefs), resolvers: resolvers as Resolvers }]),
    ]),
  )
  const planner = createPlanner(supergraph)
  const compiler = createOperationCompiler(supergraph)
  const log = pino({ level: 'silent' })
  const sent: { service: string; body: string }[] = []
  let override: Override = () => undefined

  const answerBySubgraph = async (service: string, body: string): Promise<Answer> => {
    sent.push({ service, body })
    const { query, variables, operationName } = JSON.parse(body)
    const other = override(service, { query, variables })
    if (other) return structuredClone(other)
    const schema = schemas.get(service)
    if (!schema) throw new Error(`No subgraph ${service} in this test`)
    const answer = await graphql({ schema, source: query, variableValues: variables, operationName })
    const { data = null, errors = [] } = JSON.parse(JSON.stringify(answer))
    return {
      data,
      errors: errors.map((error: { message: string; path?: []; extensions?: { code?: string } }) => ({
        message: error.message,
        path: error.path ?? [],
        code: error.extensions?.code,
      })),
    }
  }
  const send = createSend({
    supergraph,
    keys: new Map(),
    log,
    post: ({ url, body }) => answerBySubgraph(url.hostname, body),
  })
  const apollo = createExecutor({ supergraph, prepare: prepareWithApollo({ supergraph, planner, send, log }) })

  const plan = (source: string) => planner(operationOf(supergraph.clientSchema, source))
  const ours = async (
    source: string,
    raw: Record<string, unknown> = {},
    operationName: string | null = null,
    event?: EventData,
  ) => {
    const operation = operationOf(supergraph.clientSchema, source, operationName)
    const definitions = operation.variableDefinitions ?? []
    const { coerced, errors } = getVariableValues(supergraph.clientSchema, definitions, raw)
    if (errors) return plain({ errors })
    const compiled = compiler({ operation, coerced, rights: null })
    return plain(await runOperation(compiled, { variables: raw, coerced, caller }, answerBySubgraph, { event }))
  }
  const theirs = async (source: string, variables: Record<string, unknown> = {}, operationName: string | null = null) =>
    plain(await apollo({ operation: operationOf(supergraph.clientSchema, source, operationName), variables }, caller))

  return {
    supergraph,
    ours,
    theirs,
    plan,
    sent,
    override: (next: Override) => {
      override = next
    },
  }
}

function supergraphOf(definitions: SubgraphDefinition[]): Supergraph {
  return loadSupergraph(compose(definitions.map(({ name, typeDefs }) => ({ name, typeDefs, url: `http://${name}` }))))
}

/** Results as they would be on the wire. */
const plain = (result: ExecutionResult): ExecutionResult => JSON.parse(JSON.stringify(result))

/** For subgraphs of a few lines. */
export const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.8", import: ["@key", "@external",
  "@requires", "@provides", "@shareable", "@inaccessible", "@interfaceObject", "@context", "@fromContext"])`

/** A reference resolver that returns the representation itself. */
export const reference = { __resolveReference: async (known: object) => known }
