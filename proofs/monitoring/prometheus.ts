import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { until } from '../../chassis/testing/until.ts'
import { freePort } from '../../scripts/launcher/infrastructure/ports.ts'
import { RULE_FILES } from './files.ts'
import { hurried } from './hurried.ts'

/** An alert that Prometheus evaluates; `firing` or not yet. */
export type Alert = { labels: { alertname: string; [label: string]: string }; state: string }

export type Prometheus = Awaited<ReturnType<typeof startPrometheus>>

const MONITORING = resolve(import.meta.dirname, '../../deploy/monitoring')

/** Starts the `prometheus` of PATH on a free port: our rules, hurried, and the targets that `npm start` wrote, asked each second. */
export async function startPrometheus(folder: string, targets: string) {
  mkdirSync(folder, { recursive: true })
  const at = (name: string) => join(folder, name)
  for (const file of RULE_FILES) writeFileSync(at(file), hurried(readFileSync(join(MONITORING, file), 'utf8')))
  const config = {
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: RULE_FILES.map(at),
    scrape_configs: [{ job_name: 'flower-delivery', file_sd_configs: [{ files: [targets] }] }],
  }
  writeFileSync(at('prometheus.yml'), JSON.stringify(config)) // JSON is YAML.
  const address = `127.0.0.1:${await freePort()}`
  const args = [
    '--config.file',
    at('prometheus.yml'),
    '--storage.tsdb.path',
    at('data'),
    '--web.listen-address',
    address,
  ]
  const child = spawn('prometheus', [...args, '--log.level', 'error'], { stdio: ['ignore', 'inherit', 'inherit'] })
  const ended = once(child, 'exit')
  ended.catch(() => {}) // It cannot be started: then it never answers.

  const get = async <Data>(path: string): Promise<Data> => {
    const response = await fetch(`http://${address}${path}`)
    const answer = (await response.json()) as { status: string; data: Data; error?: string } // Prometheus' HTTP API.
    if (answer.status !== 'success') throw new Error(answer.error)
    return answer.data
  }
  const api = {
    /** The series that a query finds now. */
    query: (promql: string) =>
      get<{ result: { metric: { [label: string]: string }; value: [number, string] }[] }>(
        `/api/v1/query?query=${encodeURIComponent(promql)}`,
      ).then(({ result }) => result),
    firing: () =>
      get<{ alerts: Alert[] }>('/api/v1/alerts').then(({ alerts }) => alerts.filter(({ state }) => state === 'firing')),
    stop: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
  await until(() => api.query('up').then((series) => series.length > 0), 'Prometheus scrapes')
  return api
}
