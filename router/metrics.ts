import type { ServerResponse } from 'node:http'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { type Handler, listen } from '../chassis/http.ts'
import { CLIENT_CODES, code, type FormatError } from './errors.ts'
import type { createSubgraphClient } from './upstream/subgraph-client.ts'

type SendToSubgraph = ReturnType<typeof createSubgraphClient>['send']

export type Metrics = ReturnType<typeof createMetrics>

/** Seconds: from what is answered out of the router's own memory to the longest that a client waits. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/** Subgraphs may say anything: what is counted is a short list. */
const CODES = new Set<unknown>([...Object.values(code), ...CLIENT_CODES])

/**
 * What an operator sees of this process, as Prometheus reads it; router/README.md lists it. Each `count…` returns what it
 * was given, watched.
 */
export function createMetrics() {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const requests = new Counter({
    ...{ name: 'router_requests_total', help: 'HTTP requests to /graphql, by status', registers },
    labelNames: ['status'],
  })
  const seconds = new Histogram({
    ...{ name: 'router_request_seconds', help: 'From a request to its whole answer; event streams are not in it' },
    ...{ buckets: SECONDS, registers },
  })
  const subgraphSeconds = new Histogram({
    ...{ name: 'router_subgraph_request_seconds', help: 'What a subgraph took, by how it ended' },
    ...{ buckets: SECONDS, registers, labelNames: ['subgraph', 'outcome'] },
  })
  const circuits = new Gauge({
    ...{ name: 'router_circuit_open', help: '1 where a subgraph is left alone for a while' },
    ...{ registers, labelNames: ['subgraph'] },
  })
  const errors = new Counter({
    ...{ name: 'router_errors_total', help: "GraphQL errors told to clients, by code; subgraphs' own codes are one" },
    ...{ registers, labelNames: ['code'] },
  })
  const plans = new Histogram({
    ...{ name: 'router_plan_seconds', help: 'Planning and compiling an operation that is not remembered' },
    ...{ buckets: SECONDS, registers },
  })
  const fallbacks = new Counter({
    ...{ name: 'router_fallbacks_total', help: "Requests left to Apollo's plan executor", registers },
  })

  return {
    countRequests:
      (handle: Handler): Handler =>
      (request, response) => {
        const started = performance.now()
        response.once('close', () => {
          // A client that went before its answer has no status; nginx's name for it is 499.
          requests.inc({ status: response.writableFinished ? response.statusCode : 499 })
          if (!isStream(response)) seconds.observe((performance.now() - started) / 1_000)
        })
        return handle(request, response)
      },

    countSubgraph:
      (send: SendToSubgraph): SendToSubgraph =>
      async (request) => {
        const started = performance.now()
        const answer = await send(request)
        const outcome = 'failure' in answer ? answer.failure : 'answered'
        subgraphSeconds.observe({ subgraph: request.service, outcome }, (performance.now() - started) / 1_000)
        return answer
      },

    countErrors:
      (format: FormatError): FormatError =>
      (error) => {
        const told = format(error)
        const said = told.extensions?.code
        errors.inc({ code: CODES.has(said) ? String(said) : code.subgraphError })
        return told
      },

    circuit: (subgraph: string, isOpen: boolean) => circuits.set({ subgraph }, isOpen ? 1 : 0),
    planned: (ms: number) => plans.observe(ms / 1_000),
    fellBack: () => fallbacks.inc(),

    /** A number that is looked up when it is asked for. */
    watch(name: string, help: string, value: () => number): void {
      new Gauge({
        ...{ name, help, registers },
        collect() {
          this.set(value())
        },
      })
    },

    text: () => registry.metrics(),
    type: registry.contentType,
  }
}

const isStream = (response: ServerResponse) =>
  String(response.getHeader('content-type')).startsWith('text/event-stream')

/** Serves `GET /metrics` on an address of its own: it is for operators, not for who reaches the API. */
export const serveMetrics = (metrics: Metrics, host: string, port: number) =>
  listen({
    ...{ host, port, needs: [] },
    routes: {
      '/metrics': async (_, response) => {
        const text = await metrics.text()
        response.writeHead(200, { 'content-type': metrics.type }).end(text)
      },
    },
  })
