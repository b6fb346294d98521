import { readFileSync } from 'node:fs'
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { Audit } from '../audit/audit.ts'
import { innerHosts } from '../hosts.ts'
import { listen } from '../http.ts'

/** Histogram buckets in seconds: from answers out of memory to the longest that anybody waits. */
export const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

const RELEASE: string = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version

/**
 * The metrics that every process has: Node's own (CPU, memory, garbage collection, event loop), which code runs, and, if it has an
 * audit trail, whether that is written. Import this file only where METRICS_PORT is set: prom-client takes 120 ms and 20 MiB.
 */
export function createRegistry(program: string, audit?: Audit): Registry {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  new Gauge({
    ...{ name: 'service_build_info', help: 'Always 1; the program, its release and its Node', registers },
    labelNames: ['program', 'release', 'node'],
  }).set({ program, release: RELEASE, node: process.version }, 1)
  if (audit) watchAudit(registry, audit)
  return registry
}

function watchAudit(registry: Registry, audit: Audit): void {
  const failing = '1 while the audit trail cannot be written, and its lines wait'
  watch(registry, 'service_audit_failing', failing, () => (audit.state().isFailing ? 1 : 0))
  new Counter({
    ...{ name: 'service_audit_lost_total', help: 'Lines that are missing in the audit trail', registers: [registry] },
    collect() {
      this.reset()
      this.inc(audit.state().lost)
    },
  })
}

/** A gauge whose value is read at each scrape. */
export function watch(registry: Registry, name: string, help: string, value: () => number): void {
  new Gauge({
    ...{ name, help, registers: [registry] },
    collect() {
      this.set(value())
    },
  })
}

/** Serves `GET /metrics` on a port of its own, because it is for operators and not for clients. */
export const serveMetrics = (registry: Registry, host: string, port: number) =>
  listen({
    ...{ host, port, socket: 'metrics', needs: [], isOwnHost: innerHosts(host) },
    routes: {
      '/metrics': async (_, response) => {
        const text = await registry.metrics()
        response.writeHead(200, { 'content-type': registry.contentType }).end(text)
      },
    },
  })
