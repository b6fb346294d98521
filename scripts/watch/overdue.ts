import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where the metrics of the running processes are; none without METRICS_PORT. */
function metricsTargets(dataDir: string): string[] {
  try {
    const groups = JSON.parse(readFileSync(join(dataDir, 'metrics-targets.json'), 'utf8')) as { targets: string[] }[]
    return groups.flatMap(({ targets }) => targets)
  } catch {
    return []
  }
}

/** What the metrics of a process say that waits too long (docs/metrics.md), by kind. */
export function overdueIn(metrics: string): Map<string, number> {
  const samples = metrics.matchAll(/^service_overdue\{[^}]*kind="(\w+)"[^}]*\} (\d+)$/gm)
  return new Map([...samples].map(([, kind = '', count]) => [kind, Number(count)]))
}

/** What waits too long in the running system, in one line: `2 not decorated, 1 failed`; empty if nothing does. */
export async function overdueLine(dataDir: string, signal: AbortSignal): Promise<string> {
  const all = new Map<string, number>()
  const texts = await Promise.all(
    metricsTargets(dataDir).map((target) =>
      fetch(`http://${target}/metrics`, { signal })
        .then((response) => (response.ok ? response.text() : ''))
        // A process that is away has nothing to say.
        .catch(() => ''),
    ),
  )
  // Replicas say the same.
  for (const text of texts)
    for (const [kind, count] of overdueIn(text)) all.set(kind, Math.max(all.get(kind) ?? 0, count))
  const waiting = [...all].filter(([, count]) => count > 0).sort(([a], [b]) => (a < b ? -1 : 1))
  return waiting.map(([kind, count]) => `${count} ${kind.replaceAll('_', ' ')}`).join(', ')
}
