import type { ServerResponse } from 'node:http'
import type { GraphQLFormattedError } from 'graphql'
import { Counter, Gauge, Histogram } from 'prom-client'
import type { Audit } from '../chassis/audit/audit.ts'
import { type Handler, whenClosed } from '../chassis/http.ts'
import { createRegistry, SECONDS, serveMetrics, watch } from '../chassis/metrics/registry.ts'
import { code, type FormatError } from './errors.ts'
import type { createSubgraphClient } from './upstream/subgraph-client.ts'

type SendToSubgraph = ReturnType<typeof createSubgraphClient>['send']

export type Metrics = ReturnType<typeof createMetrics>

/** Plain HTTP, or WebSockets and event streams. */
export type Transport = 'http' | 'live'

/** Subgraphs' codes are arbitrary, so only these are labels. */
const CODES = new Set<unknown>(Object.values(code))
const labelOf = (errorCode: unknown) => (CODES.has(errorCode) ? String(errorCode) : code.subgraphError)
/** Errors that no client has caused. */
const OURS = new Set<unknown>([
  ...[code.internal, code.serviceUnavailable, code.overloaded, code.timeout],
  ...[code.subgraphUnavailable, code.subgraphInvalid, code.subgraphError],
])

/** The metrics of this process for Prometheus; docs/router.md lists them. Each `count…` returns its argument, wrapped. */
export function createMetrics(audit: Audit) {
  const registry = createRegistry('router', audit)
  const registers = [registry]
  const requests = new Counter({
    ...{ name: 'router_requests_total', help: 'HTTP requests to /graphql, by status', registers },
    labelNames: ['status'],
  })
  const seconds = new Histogram({
    ...{ name: 'router_request_seconds', help: 'From a request to its complete response, without event streams' },
    ...{ buckets: SECONDS, registers },
  })
  const subgraphSeconds = new Histogram({
    ...{ name: 'router_subgraph_request_seconds', help: 'Requests to subgraphs, by outcome' },
    ...{ buckets: SECONDS, registers, labelNames: ['subgraph', 'outcome'] },
  })
  const errors = new Counter({
    ...{ name: 'router_errors_total', help: "GraphQL errors sent to clients, by code; subgraphs' own codes are one" },
    ...{ registers, labelNames: ['code', 'over'] },
  })
  const failedRequests = new Counter({
    ...{
      name: 'router_failed_requests_total',
      help: 'HTTP requests with a status of 5xx, or an error that no client has caused',
    },
    ...{ registers },
  })
  const plans = new Histogram({
    ...{ name: 'router_plan_seconds', help: 'Planning and compiling an operation that is not cached' },
    ...{ buckets: SECONDS, registers },
  })
  const refusedTokens = new Counter({
    ...{ name: 'router_refused_tokens_total', help: 'Tokens refused, over any transport', registers },
  })
  const results = new Counter({
    ...{
      name: 'router_results_total',
      help: "Mutations' fields by type or error code; queries' root fields that are null",
    },
    ...{ registers, labelNames: ['operation', 'result'] },
  })
  const fallbacks = new Counter({
    ...{ name: 'router_fallbacks_total', help: "Requests run by Apollo's plan executor", registers },
  })

  return {
    countRequests:
      (handle: Handler): Handler =>
      (request, response) => {
        whenClosed(response, '/graphql', (_, status, ms) => {
          requests.inc({ status })
          if (status >= 500) failedRequests.inc()
          if (!isStream(response)) seconds.observe(ms / 1_000)
        })
        return handle(request, response)
      },

    countSubgraph:
      (send: SendToSubgraph): SendToSubgraph =>
      (request) => {
        const started = performance.now()
        return send(request).then((answer) => {
          const outcome = 'failure' in answer ? answer.failure : 'answered'
          subgraphSeconds.observe({ subgraph: request.service, outcome }, (performance.now() - started) / 1_000)
          return answer
        })
      },

    countErrors:
      (format: FormatError, over: Transport): FormatError =>
      (error) => {
        const formatted = format(error)
        errors.inc({ code: labelOf(formatted.extensions?.code), over })
        return formatted
      },

    /** Takes the errors of an answer over HTTP with another status than 5xx. */
    countFailedRequest: (errors: readonly GraphQLFormattedError[]) => {
      if (errors.some(({ extensions }) => OURS.has(labelOf(extensions?.code)))) failedRequests.inc()
    },

    countRefusedToken: () => refusedTokens.inc(),
    /** `isType`: the result is a type of the schema; all others but our own codes are one. */
    countResult: (operation: string, result: string, isType: boolean) =>
      results.inc({
        operation,
        result: isType || CODES.has(result) || result === 'null' ? result : code.subgraphError,
      }),

    /** The circuits to these subgraphs, read at each scrape. */
    watchCircuits: (subgraphs: () => string[], isBroken: (subgraph: string) => boolean) => {
      new Gauge({
        name: 'router_circuit_open',
        help: '1 while requests to a failing subgraph are not sent, or only tried; 0 also half a minute after the last request',
        ...{ registers, labelNames: ['subgraph'] },
        collect() {
          this.reset() // A supergraph that was loaded later may have other subgraphs.
          for (const subgraph of subgraphs()) this.set({ subgraph }, isBroken(subgraph) ? 1 : 0)
        },
      })
    },
    countFallback: () => fallbacks.inc(),
    observePlanning: (ms: number) => plans.observe(ms / 1_000),

    /** A gauge whose value is read at each scrape. */
    watch: (name: string, help: string, value: () => number) => watch(registry, name, help, value),
    /** Serves them, on a port of their own. */
    serve: (host: string, port: number) => serveMetrics(registry, host, port),
  }
}

const isStream = (response: ServerResponse) =>
  String(response.getHeader('content-type')).startsWith('text/event-stream')
