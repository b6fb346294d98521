// npm start: runs the whole system on this machine until Ctrl-C or SIGTERM. launcher/supervisor/processes.ts lists what it runs.
import { join } from 'node:path'
import { serveControl } from './launcher/roll/control.ts'
import { createRoll } from './launcher/roll/roll.ts'
import { type DataDir, openDataDir, stopEarlierRun } from './launcher/supervisor/data-dir.ts'
import { aborted, pause } from './launcher/supervisor/pause.ts'
import { readSettings, type Settings } from './launcher/supervisor/settings.ts'
import { followCode, type Started, startAll } from './launcher/supervisor/start.ts'
import { createSupervisor, type Supervisor } from './launcher/supervisor/supervise.ts'
import { UserError } from './user-error.ts'

const say = (line: string) => console.log(line)
// A closed terminal or pipe must not end this process before it has stopped all others.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

const stopping = new AbortController()
let dataDir: DataDir | undefined
let exitCode = 0
const reportError = (error: unknown) => {
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
    (started) => {
      if (stopping.signal.aborted) return
      say(`Ready: GraphQL ${started.router}/graphql · sign-in ${started.issuer}`)
      takeRolls(settings, started, supervisor)
      if (settings.watch) followCode({ supervisor, say, stopping: stopping.signal, migrate: started.migrate })
    },
    (error) => {
      if (!stopping.signal.aborted) reportError(error)
      stopping.abort()
    },
  )
  await aborted(stopping.signal)
  if (exitCode === 0) say('Stopping…')
  await supervisor.stop()
  // Work in progress (creating a cluster, composing) ends by itself or by the signal.
  await Promise.race([starting, pause(5_000)])
  if (exitCode === 0) say('Stopped.')
} catch (error) {
  reportError(error)
}
dataDir?.release()
process.exit(exitCode)

/** From now on `npm run roll` replaces processes; what it reports is printed here, too. */
function takeRolls({ DATA_DIR, NATS_URL }: Settings, { deployment, migrate }: Started, supervisor: Supervisor): void {
  const secretsFile = join(DATA_DIR, 'secrets.json')
  const roll = createRoll({
    supervisor,
    deployment,
    secretsFile,
    migrate,
    ownsNats: !NATS_URL,
    stopping: stopping.signal,
  })
  try {
    const control = serveControl(DATA_DIR, roll)
    stopping.signal.addEventListener('abort', () => control.close())
  } catch (error) {
    say(`npm run roll can not be used: ${error instanceof Error ? error.message : error}`)
  }
}

/** A line by which nobody mistakes a development system for a shop. */
function developmentLine({ provider }: Settings): string {
  const pays = provider === 'sandbox' ? 'a sandbox takes all payments and moves no money' : 'payments by PROVIDER_URL'
  return `Development: demo users; ${pays}. In production: NODE_ENV=production PROVIDER_URL=https://… PROVIDER_TOKEN=… MESSAGE_URL=https://… MESSAGE_TOKEN=… npm start`
}

/** The first signal stops; one at least a second later hurries. (One Ctrl-C comes twice: from the terminal and from npm.) */
function onStop(hurry: () => void, withParent: boolean): void {
  let signalledAt: number | undefined
  const requestStop = () => {
    signalledAt ??= Date.now()
    if (stopping.signal.aborted && Date.now() - signalledAt > 1_000) hurry()
    stopping.abort()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, requestStop)
  if (!withParent) return
  const parent = process.ppid
  setInterval(() => process.ppid !== parent && requestStop(), 500).unref()
}
