import type { Audit } from '../audit/audit.ts'
import type { ProgramMetrics } from './program-metrics.ts'
import type { ServiceMetrics } from './service-metrics.ts'

/** The settings of a process's metrics. Without METRICS_PORT it has none, and prom-client is not loaded. */
export type MetricsSettings = { METRICS_PORT?: number | undefined; HOST: string }

/** The metrics of a context. */
export async function openServiceMetrics(
  program: string,
  { METRICS_PORT }: MetricsSettings,
  audit: Audit,
): Promise<ServiceMetrics | undefined> {
  if (METRICS_PORT === undefined) return undefined
  const { createServiceMetrics } = await import('./service-metrics.ts')
  return createServiceMetrics(program, audit)
}

/** The metrics of a program that is no context. */
export async function openProgramMetrics(
  program: string,
  { METRICS_PORT }: MetricsSettings,
): Promise<ProgramMetrics | undefined> {
  if (METRICS_PORT === undefined) return undefined
  const { createProgramMetrics } = await import('./program-metrics.ts')
  return createProgramMetrics(program)
}
