import { join } from 'node:path'
import { setUpStreams } from '../../../chassis/nats/keep-streams.ts'
import { CONTEXTS } from '../../contexts.mjs'
import { DEMO_VERSION } from '../../demo.ts'
import { UserError } from '../../user-error.ts'
import { connectionsOf, makeDatabases, OWNER_CONNECTIONS } from '../infrastructure/databases.ts'
import type { Launch } from '../infrastructure/launch.ts'
import { givenNats, natsAnswers, prepareNats } from '../infrastructure/nats.ts'
import { ADMIN, natsUsers } from '../infrastructure/nats-users.ts'
import { ownerPassword } from '../infrastructure/passwords.ts'
import { freePort, type PublicPort, publicPorts } from '../infrastructure/ports.ts'
import { preparePostgres } from '../infrastructure/postgres.ts'
import { type Secrets, secretsIn } from '../infrastructure/secrets.ts'
import { forgetDone, hashOfFiles, unlessDone } from '../unless-done.ts'
import { compose, composeUnlessDone } from './compose.ts'
import type { DataDir } from './data-dir.ts'
import { firstAnswer } from './first-answer.ts'
import { metricsPorts, writeTargets } from './metrics-ports.ts'
import { MIGRATING_CODE, migratedState } from './migrated.ts'
import { type Deployment, NAMES, type Ports, specsOf } from './processes.ts'
import type { Settings } from './settings.ts'
import type { Supervisor } from './supervise.ts'
import { type Checkout, compileCacheOf, OWN_CHECKOUT, runTask } from './task.ts'
import { watchCode } from './watch-code.ts'

const { root: ROOT } = OWN_CHECKOUT

export type Start = {
  settings: Settings
  dataDir: DataDir
  supervisor: Supervisor
  say: (line: string) => void
  /** Aborted to stop the start. */
  stopping: AbortSignal
}

/** What has been started: its public URLs, how to migrate its databases by the code of a checkout, and what its programs are made from. */
export type Started = {
  router: string
  issuer: string
  migrate: (checkout?: Checkout) => Promise<void>
  deployment: Deployment
}

/** Starts everything in the order of its dependencies; returns once a query succeeds. */
export async function startAll(start: Start): Promise<Started> {
  const { settings, dataDir, supervisor, say, stopping } = start
  const taken = new Set<number>()
  // No sandbox if a payment provider is set.
  const counts = { ...settings.replicas, provider: settings.provider === 'sandbox' ? 1 : 0 }
  const [routerPort = 0, issuerPort = 0] = await publicPorts(portsOf(settings, counts), taken)
  const ports = await pickPorts(routerPort, counts, taken)
  const issuer = { port: issuerPort, url: settings.ISSUER_URL ?? `http://localhost:${issuerPort}` }
  const secret = secretsIn(join(settings.DATA_DIR, 'secrets.json'))

  const isDevelopment = settings.NODE_ENV !== 'production'
  const composing = isDevelopment ? composeUnlessDone(stopping) : undefined
  composing?.catch(() => {}) // Awaited below, where it throws.
  const instances = (context: string) => ports[context]?.length ?? 1
  const data = await startData(start, secret, taken, instances)
  const streams = setUpStreams(data.natsUrl, settings.FACTS_MAX_BYTES, settings.STREAM_REPLICAS, settings).catch(
    (error) => {
      throw new UserError(
        `The streams of NATS can not be set up${settings.NATS_URL ? ' by NATS_URL' : ''}: ${error.message}`,
      )
    },
  )
  streams.catch(() => {}) // Awaited below, where it throws.
  const databases = await makeDatabases({
    adminUrl: data.databaseUrl,
    contexts: CONTEXTS,
    password: (context) => secret(`database.${context}`),
    ownerPassword: (context) => secret(`database-owner.${context}`),
    instances,
    poolSize: settings.DATABASE_CONNECTIONS,
    dedicated: !settings.DATABASE_URL,
    record: join(settings.DATA_DIR, 'databases'),
  }).catch((error) => {
    throw new UserError(
      `The databases can not be made${settings.DATABASE_URL ? ' by DATABASE_URL' : ''}: ${error.message}`,
    )
  })
  const migrating = (checkout?: Checkout) => migrate(start, data.databaseUrl, secret, checkout)
  const migrated = {
    file: recordOfMigrating(settings),
    cause: hashOfFiles(ROOT, MIGRATING_CODE),
    found: () => migratedState(data.databaseUrl),
  }
  await Promise.all([composing, streams, unlessDone(migrated, migrating)])

  stopping.throwIfAborted()
  say(`Starting ${Object.values(ports).flat().length} processes…`)
  const { NODE_ENV: nodeEnv, provider, environment } = settings
  const providerBook = join(settings.DATA_DIR, 'provider', 'book.jsonl')
  const deployment = {
    ports,
    databases,
    natsUrl: data.natsUrlOf,
    issuer,
    secret,
    nodeEnv,
    provider,
    environment,
    compileCache: compileCacheOf(OWN_CHECKOUT),
    providerBook,
    auditDir: join(settings.DATA_DIR, 'audit'),
  }
  const specs = specsOf(deployment)
  writeTargets(settings.DATA_DIR, specs)
  await supervisor.start(specs)
  const router = `http://localhost:${ports.router[0]}`
  await firstAnswer(`${router}/graphql`, stopping)
  stopping.throwIfAborted()
  if (isDevelopment && dataDir.demoVersion < DEMO_VERSION) {
    say('Loading demo data…')
    const env = {
      NODE_ENV: nodeEnv,
      NODE_COMPILE_CACHE: deployment.compileCache,
      ROUTER_URL: `${router}/graphql`,
      ISSUER_URL: issuer.url,
      DEMO_SECRET: secret('demo'),
    }
    await runTask(['scripts/demo.ts'], { what: 'Loading demo data', env, signal: stopping, deadlineMs: 60_000 })
    dataDir.recordDemo(DEMO_VERSION)
  }
  return { router, issuer: issuer.url, migrate: migrating, deployment }
}

type Following = Pick<Start, 'supervisor' | 'say' | 'stopping'> & Pick<Started, 'migrate'>

/** Has processes start again when their code changes, until all is to stop; first the schema is composed and migrations run. */
export function followCode({ supervisor, say, stopping, migrate }: Following): void {
  const watching = watchCode(ROOT, CONTEXTS, async ({ names, composes, migrates }) => {
    try {
      if (composes) await compose(stopping)
    } catch (error) {
      say(`The schema stays as it was. ${error instanceof Error ? error.message : error}`)
    }
    try {
      if (migrates) await migrate()
    } catch (error) {
      say(`The databases stay as they were. ${error instanceof Error ? error.message : error}`)
    }
    if (names.size > 0)
      say(`Code has changed: ${[...names].sort().join(', ')} start${names.size === 1 ? 's' : ''} again.`)
    for (const spec of supervisor.specs().filter(({ name }) => names.has(name))) {
      supervisor.replace(spec).catch((error) => say(`${error instanceof Error ? error.message : error}`))
    }
  })
  stopping.addEventListener('abort', () => watching.close())
}

/** Migrations may have much to do; Ctrl-C ends one that is never done, and changes nothing. */
const MIGRATING_MS = 3_600_000

const recordOfMigrating = ({ DATA_DIR }: Settings) => join(DATA_DIR, 'migrated')

/** Migrates all contexts' databases as their owners: the processes may not. They start when it is done. */
async function migrate(
  { settings, say, stopping }: Start,
  adminUrl: string,
  secret: Secrets,
  checkout: Checkout = OWN_CHECKOUT,
) {
  const server = Object.assign(new URL(adminUrl), { username: '', password: '', pathname: '/' })
  const passwords = CONTEXTS.map((context) => [ownerPassword(context), secret(`database-owner.${context}`)])
  const env = {
    NODE_ENV: settings.NODE_ENV,
    NODE_COMPILE_CACHE: compileCacheOf(checkout),
    NODE_EXTRA_CA_CERTS: settings.environment.NODE_EXTRA_CA_CERTS ?? '',
    DATABASE_URL: server.href,
  }
  // Also where code has changed since the start: the next start may be of the code before, whose rights these are not.
  forgetDone(recordOfMigrating(settings))
  const late = setTimeout(() => say('Migrating the databases…'), 4_000)
  try {
    await runTask(['scripts/migrate.ts'], {
      what: 'Migrating the databases',
      checkout,
      env: { ...env, ...Object.fromEntries(passwords) },
      signal: stopping,
      deadlineMs: MIGRATING_MS,
    })
  } finally {
    clearTimeout(late)
  }
}

/** Starts PostgreSQL and NATS, unless the settings name others; at once, since neither needs the other. */
async function startData(
  { settings, supervisor, say }: Start,
  secret: Secrets,
  taken: Set<number>,
  instances: (context: string) => number,
) {
  const at = (name: string) => join(settings.DATA_DIR, name)
  const run = async <Prepared extends Launch & { url: string }>(name: string, prepared: Prepared) => {
    await supervisor.start([{ ...prepared, name, replica: 1, port: Number(new URL(prepared.url).port), tier: 'data' }])
    return prepared
  }
  const startPostgres = async () => {
    const connections = CONTEXTS.map(
      (context) => connectionsOf(instances(context), settings.DATABASE_CONNECTIONS) + OWNER_CONNECTIONS,
    )
    const prepared = await preparePostgres({
      folder: at('postgres'),
      port: await freePort(taken),
      password: secret('postgres'),
      connections: connections.reduce((sum, each) => sum + each, 0),
    })
    return (await run('postgres', prepared)).url
  }
  const startNats = async () => {
    const password = (user: string) => secret(user === ADMIN ? 'nats' : `nats.${user}`)
    const [port, users] = [await freePort(taken), await natsUsers()]
    return run('nats', await prepareNats({ folder: at('nats'), port, users, password, settings }))
  }
  const useNats = async (url: string) => {
    const nats = givenNats(url, await natsUsers(), settings.environment)
    await natsAnswers(nats.url).catch((error) => {
      throw new UserError(`NATS at ${error.server} (NATS_URL) can not be used: ${error.message}.`)
    })
    return nats
  }
  if (!settings.DATABASE_URL || !settings.NATS_URL) say('Starting PostgreSQL and NATS…')
  const starting = [
    settings.DATABASE_URL ?? startPostgres(),
    settings.NATS_URL ? useNats(settings.NATS_URL) : startNats(),
  ] as const
  // If one fails, the other is waited for: a cluster that is being created must not be left to itself.
  await Promise.allSettled(starting)
  const [databaseUrl, nats] = await Promise.all(starting)
  return { databaseUrl, natsUrl: nats.url, natsUrlOf: nats.urlOf }
}

/** The ports that the settings name, the router's and the issuer's first. */
function portsOf({ PORT, ISSUER_PORT, METRICS_PORT }: Settings, counts: Settings['replicas']): PublicPort[] {
  const ofAll = Object.fromEntries(NAMES.map((name) => [name, counts[name] ?? 1]))
  return [
    { setting: 'PORT', port: PORT },
    { setting: 'ISSUER_PORT', port: ISSUER_PORT },
    ...metricsPorts(ofAll, METRICS_PORT || undefined).map(({ port }) => ({ setting: 'METRICS_PORT', port })),
  ]
}

/** A port for each replica of each program. */
async function pickPorts(router: number, replicas: Settings['replicas'], taken: Set<number>): Promise<Ports> {
  const ports: Ports = { router: [] }
  for (const name of NAMES) {
    const own = name === 'router' ? [router] : []
    while (own.length < (replicas[name] ?? 1)) own.push(await freePort(taken))
    ports[name] = own
  }
  return ports
}
