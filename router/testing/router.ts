import { composeServices } from '@apollo/composition'
import { type ExecutionResult, parse } from 'graphql'
import { pino } from 'pino'
import { type Audit, NO_AUDIT } from '../../chassis/audit/audit.ts'
import type { Logger } from '../../chassis/log.ts'
import { DEFAULTS, type RouterConfig } from '../config.ts'
import { startRouter } from '../router.ts'
import { type Behaviour, type SubgraphDefinition, startSubgraph, type TestSubgraph } from './subgraph.ts'

/** Composes the subgraphs' SDL; throws all composition errors. */
export function compose(subgraphs: { name: string; url: string; typeDefs: string }[]): string {
  const services = subgraphs.map(({ name, url, typeDefs }) => ({ name, url, typeDefs: parse(typeDefs) }))
  const { supergraphSdl, errors } = composeServices(services)
  if (!supergraphSdl) throw new Error(errors?.map((error) => error.message).join('\n'))
  return supergraphSdl
}

/** The timeout for a subgraph that hangs. */
const HANGING_MS = 50

/**
 * A router in this process with its subgraphs, each on a free port. Its timeouts are long and its rates high, so that a slow
 * machine causes no failures; only a subgraph that hangs has a short timeout.
 */
export async function startTestRouter(
  definitions: SubgraphDefinition[],
  settings: Partial<RouterConfig> = {},
  audit: Audit = NO_AUDIT,
) {
  const subgraphs = await Promise.all(definitions.map(startSubgraph))
  const timeouts = new Map<string, number>()
  const lines: string[] = []
  const log = pino({ level: 'debug' }, { write: (line: string) => lines.push(line) })
  const closeSubgraphs = () => Promise.all(subgraphs.map((each) => each.close()))
  const router = await start(subgraphs, { SUBGRAPH_TIMEOUTS: timeouts, ...settings }, log, audit).catch(
    async (error) => {
      await closeSubgraphs()
      throw error
    },
  )
  const url = `http://127.0.0.1:${router.port}`

  const post = (body: string, headers: Record<string, string> = {}) =>
    fetch(`${url}/graphql`, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } })
  const query = async (source: string, variables?: object, headers?: Record<string, string>) => {
    const response = await post(JSON.stringify({ query: source, variables }), headers)
    return (await response.json()) as ExecutionResult // as every GraphQL server responds
  }
  const subgraph = (name: string): TestSubgraph => {
    const found = subgraphs.find((candidate) => candidate.name === name)
    if (!found) throw new Error(`No subgraph ${name} in this test`)
    const behave = (next: Behaviour) => {
      if (next === 'hang') timeouts.set(name, HANGING_MS)
      else timeouts.delete(name)
      found.behave(next)
    }
    return { ...found, behave }
  }
  const close = async () => {
    await router.close()
    await closeSubgraphs()
  }
  const metricsUrl = `http://127.0.0.1:${router.metricsPort}/metrics`
  return { url, metricsUrl, post, query, subgraph, lines, reload: router.reload, close }
}

async function start(subgraphs: TestSubgraph[], settings: Partial<RouterConfig>, log: Logger, audit: Audit) {
  const defaults = {
    ...DEFAULTS,
    LIVE_DRAIN_MS: 100,
    PORT: 0,
    HOST: '127.0.0.1',
    SUBGRAPH_URLS: new Map(),
    JWT_ISSUERS: [],
    JWT_AUDIENCE: undefined,
    CONTEXT_KEYS: new Map(),
    CURSOR_SECRET: undefined,
    NATS_URL: undefined,
    SUBGRAPH_TIMEOUT_MS: 600_000,
    REQUEST_TIMEOUT_MS: 600_000,
    // Work is charged by measured time, of which a slow machine needs more. Tests of the limits set their own.
    RATE_PER_SECOND: 100_000,
    RATE_BURST: 100_000,
    METRICS_PORT: undefined,
    GRAPHIQL: 'off' as const,
    GRAPHIQL_QUERY: undefined,
  }
  return startRouter(compose(subgraphs), { ...defaults, ...settings }, log, undefined, audit)
}
