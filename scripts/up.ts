// npm start: the whole system on this machine, until Ctrl-C or SIGTERM. What it runs: supervisor/processes.ts.
import { join } from 'node:path'
import { type DataDir, openDataDir, stopEarlierRun } from './launcher/supervisor/data-dir.ts'
import { pause } from './launcher/supervisor/pause.ts'
import { readSettings, type Settings } from './launcher/supervisor/settings.ts'
import { followCode, startAll } from './launcher/supervisor/start.ts'
import { createSupervisor } from './launcher/supervisor/supervise.ts'
import { UserError } from './user-error.ts'

const say = (line: string) => console.log(line)
// A terminal that was closed, a pipe nobody reads any more: no reason to fall over before all is stopped.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

const stopping = new AbortController()
let dataDir: DataDir | undefined
let exitCode = 0
const tell = (error: unknown) => {
  exitCode = 1
  console.error(error instanceof UserError ? error.message : error)
}

try {
  const settings = readSettings(process.argv.slice(2), process.env)
  dataDir = openDataDir(settings.DATA_DIR, settings.NODE_ENV === 'production')
  if (settings.NODE_ENV !== 'production') say(developmentLine(settings))
  const list = join(settings.DATA_DIR, 'processes.json')
  const earlier = await stopEarlierRun(list)
  if (earlier) say(`Stopped ${earlier} process${earlier === 1 ? '' : 'es'} that an earlier start had left.`)
  const supervisor = createSupervisor({ list, logs: join(settings.DATA_DIR, 'logs'), say })
  onStop(() => supervisor.hurry(), settings.STOP_WITH_PARENT !== undefined)
  const starting = startAll({ settings, dataDir, supervisor, say, stopping: stopping.signal }).then(
    (urls) => {
      if (stopping.signal.aborted) return
      say(`Ready: GraphQL ${urls.router}/graphql · sign-in ${urls.issuer}`)
      if (settings.watch) followCode({ supervisor, say, stopping: stopping.signal })
    },
    (error) => {
      if (!stopping.signal.aborted) tell(error)
      stopping.abort()
    },
  )
  await aborted(stopping.signal)
  if (exitCode === 0) say('Stopping…')
  await supervisor.stop()
  // What it was at (making a cluster, composing) ends by itself or has been told to.
  await Promise.race([starting, pause(5_000)])
  if (exitCode === 0) say('Stopped.')
} catch (error) {
  tell(error)
}
dataDir?.release()
process.exit(exitCode)

/** Nobody should take for a shop what is not one. */
function developmentLine({ provider }: Settings): string {
  const pays = provider === 'sandbox' ? 'a sandbox takes all payments and moves no money' : 'payments by PROVIDER_URL'
  return `Development: demo users; ${pays}. In production: NODE_ENV=production PROVIDER_URL=https://… PROVIDER_TOKEN=… npm start`
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve())
  })
}

/** The first signal stops, a later one hurries. One Ctrl-C reaches us twice: by the terminal and passed on by npm. */
function onStop(hurry: () => void, withParent: boolean): void {
  let askedAt: number | undefined
  const ask = () => {
    askedAt ??= Date.now()
    if (stopping.signal.aborted && Date.now() - askedAt > 1_000) hurry()
    stopping.abort()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, ask)
  if (!withParent) return
  const parent = process.ppid
  setInterval(() => process.ppid !== parent && ask(), 500).unref()
}
