import type { Audit } from '../audit/audit.ts'
import type { MetricsSettings } from '../config.ts'
import type { ProgramMetrics } from './program-metrics.ts'
import type { ServiceMetrics } from './service-metrics.ts'

/** The metrics of a context. Without METRICS_PORT it has none, and prom-client is not loaded. */
export async function openServiceMetrics(
  program: string,
  { METRICS_PORT }: MetricsSettings,
  audit: Audit,
): Promise<ServiceMetrics | undefined> {
  if (METRICS_PORT === undefined) return undefined
  const { createServiceMetrics } = await import('./service-metrics.ts')
  return createServiceMetrics(program, audit)
}

/** The same of a program that is no context. */
export async function openProgramMetrics(
  program: string,
  { METRICS_PORT }: MetricsSettings,
): Promise<ProgramMetrics | undefined> {
  if (METRICS_PORT === undefined) return undefined
  const { createProgramMetrics } = await import('./program-metrics.ts')
  return createProgramMetrics(program)
}
