import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { writeFileAtomically } from '../../files.ts'
import type { Program } from './spec.ts'

/** A process, and its metrics port; 0: it picks a free one. */
export type MetricsPort = { name: string; replica: number; port: number }

/**
 * The metrics port of each process: the routers have METRICS_PORT and the next ones, the others follow in the order of `counts`.
 * None without METRICS_PORT. `counts`: how many processes of each program there are.
 */
export function metricsPorts(counts: { [name: string]: number }, first: string | number | undefined): MetricsPort[] {
  if (first === undefined || first === '') return []
  const names = ['router', ...Object.keys(counts).filter((name) => name !== 'router')]
  return names
    .flatMap((name) => Array.from({ length: counts[name] ?? 0 }, (_, index) => ({ name, replica: index + 1 })))
    .map((process, index) => ({ ...process, port: Number(first) && Number(first) + index }))
}

/**
 * Writes where Prometheus finds the metrics, for its `file_sd_configs` (deploy/monitoring/prometheus.yml): `metrics-targets.json`
 * in the folder, or no such file if no port is known.
 */
export function writeTargets(folder: string, programs: Program[]): void {
  const file = join(folder, 'metrics-targets.json')
  const targets = programs.flatMap(({ name, replica, sockets = [] }) =>
    sockets.flatMap((socket) =>
      socket.name === 'metrics' && socket.port !== 0
        ? [{ targets: [`127.0.0.1:${socket.port}`], labels: { service: name, replica: String(replica) } }]
        : [],
    ),
  )
  if (targets.length === 0) rmSync(file, { force: true })
  else writeFileAtomically(file, `${JSON.stringify(targets, null, 2)}\n`, 0o600)
}
