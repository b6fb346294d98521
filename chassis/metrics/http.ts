import { Counter, Histogram, type Registry } from 'prom-client'
import type { Observe } from '../http.ts'
import { SECONDS } from './registry.ts'

/** Counts a server's requests and their times by path; for `listen` (chassis/http.ts). */
export function httpMetrics(registry: Registry): Observe {
  const registers = [registry]
  const requests = new Counter({
    ...{ name: 'service_http_requests_total', help: 'HTTP requests, by path and status', registers },
    labelNames: ['path', 'status'],
  })
  const seconds = new Histogram({
    ...{ name: 'service_http_request_seconds', help: 'From a request to its complete answer' },
    ...{ buckets: SECONDS, registers, labelNames: ['path'] },
  })
  return (path, status, ms) => {
    requests.inc({ path, status })
    seconds.observe({ path }, ms / 1_000)
  }
}
