import type { Registry } from 'prom-client'
import { sampled } from './samples.ts'

/** How many things of each kind have waited for too long; the context says for how long that is. */
export type Overdue = () => Promise<{ [kind: string]: number }>

const EVERY_MS = 15_000

/** What a context knows to wait too long. */
export function watchOverdue(registry: Registry, overdue: Overdue): void {
  const help = 'What has waited too long, by kind, counted up to 1000 (docs/metrics.md). The same at every replica'
  const read = async () =>
    Object.entries(await overdue()).map(([kind, value]) => ({
      name: 'service_overdue' as const,
      labels: { kind },
      value,
    }))
  sampled(registry, { service_overdue: { help, labels: ['kind'] } }, read, { everyMs: EVERY_MS })
}
