import type { Audit } from '../audit/audit.ts'
import type { MetricsSettings } from '../config.ts'
import type { Nats, StreamSettings } from '../nats/connection.ts'
import { httpMetrics } from './http.ts'
import { watchStreams } from './nats.ts'
import { createRegistry, serveMetrics } from './registry.ts'

export type ProgramMetrics = ReturnType<typeof createProgramMetrics>

/** The metrics of any program with an HTTP server (docs/metrics.md). */
export function createProgramMetrics(program: string, audit?: Audit) {
  const registry = createRegistry(program, audit)
  return {
    registry,
    /** For `listen`: counts the requests. */
    observe: httpMetrics(registry),
    watchStreams: (streams: StreamSettings[], nats: () => Nats | undefined) => watchStreams(registry, streams, nats),
    /** Serves them. */
    serve: ({ HOST, METRICS_PORT = 0 }: MetricsSettings) => serveMetrics(registry, HOST, METRICS_PORT),
  }
}
