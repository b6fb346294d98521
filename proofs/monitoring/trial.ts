// Shows on a running system that every alert fires for the fault that it is about, and that every panel of the dashboard has data:
// scripts/monitoring-trial.sh runs it, with Debian's Prometheus.
import { join } from 'node:path'
import { until } from '../../chassis/testing/until.ts'
import { entryBecomes } from '../e2e/people.ts'
import { FAULTS, type Fault } from './faults.ts'
import { alertNames, panelQueries } from './files.ts'
import { type Prometheus, startPrometheus } from './prometheus.ts'
import { startWorld, type World } from './world.ts'

/** An order from the shop to the door, so that there is something to see. */
async function deliverOne({ app }: World): Promise<void> {
  const { order } = await app.place('lee', await app.itemCalled('안개꽃한다발'), 1)
  await app.stepWhenReady('bundang', 'receive', order.id)
  await app.stepWhenReady('bundang', 'decorate', order.id)
  await app.stepWhenReady('rider', 'depart', order.id)
  await app.stepWhenReady('rider', 'complete', order.id)
  await entryBecomes(app, 'lee', order.id, 'DELIVERED')
}

const isAbout = (labels: { [label: string]: string }, wanted: { [label: string]: string }) =>
  Object.entries(wanted).every(([label, value]) => labels[label] === value)

/** Causes the fault, waits for its alerts, and mends it. Prints a line for each alert; returns a line for each that did not fire. */
async function tryFault(
  world: World,
  prometheus: Prometheus,
  { does, fires, endsByItself, cause }: Fault,
): Promise<string[]> {
  const seen = Promise.withResolvers<void>()
  const firingOf = async () => {
    const firing = await prometheus.firing()
    return fires.filter((wanted) => firing.some(({ labels }) => isAbout(labels, wanted)))
  }
  await until(async () => (await firingOf()).length === 0, 'the faults before are mended').catch(console.error)
  const startedAt = performance.now()
  const mend = await cause(world, seen.promise)
  const after = new Map<object, number>()
  const allFired = async () => {
    for (const wanted of await firingOf())
      if (!after.has(wanted)) after.set(wanted, (performance.now() - startedAt) / 1_000)
    return after.size === fires.length
  }
  try {
    await until(allFired, does).catch(() => {}) // What is missing is told below.
  } finally {
    seen.resolve()
    await mend()
  }
  const ended = async () => (await firingOf()).length === 0
  const problems: string[] = []
  if (endsByItself)
    await until(ended, `the end of ${JSON.stringify(fires)}`).catch(({ message }) =>
      problems.push(`${does}: ${message}`),
    )
  const missing = fires.filter((wanted) => !after.has(wanted))
  for (const wanted of fires) {
    const { alertname, ...labels } = wanted
    const about = Object.values(labels).join(' ')
    const time = after.get(wanted)
    console.log(
      `| ${alertname}${about && ` (${about})`} | ${does} | ${time === undefined ? 'never' : `${time.toFixed(0)} s`} |`,
    )
  }
  return [...problems, ...missing.map((wanted) => `${does}: ${JSON.stringify(wanted)} did not fire`)]
}

const tried = new Set(FAULTS.flatMap(({ fires }) => fires.map(({ alertname }) => alertname)))
const untried = alertNames().filter((name) => !tried.has(name))
if (untried.length > 0) throw new Error(`No fault causes ${untried.join(', ')}.`)

const world = await startWorld()
let prometheus: Prometheus | undefined
try {
  const folder = join(world.stack.dataDir, 'prometheus')
  prometheus = await startPrometheus(folder, join(world.stack.dataDir, 'metrics-targets.json'))
  await deliverOne(world)
  // Values are up to 15 seconds old, for which hurried rules do not wait.
  const { firing } = prometheus
  await until(async () => (await firing()).length === 0, 'no alert fires while all is well')
  console.log('No alert fires while all is well.\n\n| alert | fault | fires after |\n|---|---|---|')
  const failed: string[] = []
  for (const fault of FAULTS) failed.push(...(await tryFault(world, prometheus, fault)))
  const empty: string[] = []
  for (const { title, expr } of panelQueries()) {
    const series = await prometheus.query(expr.replaceAll('$__rate_interval', '10m'))
    if (series.length === 0) empty.push(`${title}: ${expr}`)
  }
  console.log(`\n${panelQueries().length} queries of the dashboard, ${empty.length} without data.`)
  const problems = [...failed, ...empty.map((query) => `no data for ${query}`)]
  if (problems.length > 0) throw new Error(problems.join('\n'))
} finally {
  await prometheus?.stop()
  const { left } = await world.stack.stop('SIGINT')
  if (left.length > 0) console.error('Still running:', left)
}
