import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setUpStreams } from '../../../chassis/nats/keep-streams.ts'
import { CONTEXTS } from '../../contexts.mjs'
import { writeFileAtomically } from '../../files.ts'
import { UserError } from '../../user-error.ts'
import { connectionsOf, makeDatabases, OWNER_CONNECTIONS } from '../infrastructure/databases.ts'
import { givenNats, natsAnswers, prepareNats } from '../infrastructure/nats.ts'
import { ADMIN, natsUsers } from '../infrastructure/nats-users.ts'
import { ownerPassword } from '../infrastructure/passwords.ts'
import { freePort, tryPort } from '../infrastructure/ports.ts'
import { preparePostgres } from '../infrastructure/postgres.ts'
import { type Secrets, secretsIn } from '../infrastructure/secrets.ts'
import type { DataDir } from './data-dir.ts'
import { firstAnswer } from './first-answer.ts'
import { migratedState } from './migrated.ts'
import { type Deployment, NAMES, type Ports, specsOf } from './processes.ts'
import type { Settings } from './settings.ts'
import type { Spec } from './spec.ts'
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
  const issuerPort = await publicPort('ISSUER_PORT', settings.ISSUER_PORT, taken)
  // No sandbox if a payment provider is set.
  const counts = { ...settings.replicas, provider: settings.provider === 'sandbox' ? 1 : 0 }
  const ports = await pickPorts(await publicPort('PORT', settings.PORT, taken), counts, taken)
  const metrics = Number(settings.environment.METRICS_PORT ?? 0)
  if (metrics > 0) for (const index of ports.router.keys()) await publicPort('METRICS_PORT', metrics + index, taken)
  const issuer = { port: issuerPort, url: settings.ISSUER_URL ?? `http://localhost:${issuerPort}` }
  const secret = secretsIn(join(settings.DATA_DIR, 'secrets.json'))

  const isDevelopment = settings.NODE_ENV !== 'production'
  const composing = isDevelopment ? compose(stopping) : undefined
  composing?.catch(() => {}) // Awaited below, where it throws.
  const instances = (context: string) => ports[context]?.length ?? 1
  const data = await startData(start, secret, taken, instances)
  const streams = setUpStreams(data.natsUrl, settings.FACTS_MAX_BYTES)
  streams.catch(() => {}) // Awaited below, where it throws.
  const databases = await makeDatabases({
    adminUrl: data.databaseUrl,
    contexts: CONTEXTS,
    password: (context) => secret(`database.${context}`),
    ownerPassword: (context) => secret(`database-owner.${context}`),
    instances,
    dedicated: !settings.DATABASE_URL,
  }).catch((error) => {
    throw new UserError(
      `The databases can not be made${settings.DATABASE_URL ? ' by DATABASE_URL' : ''}: ${error.message}`,
    )
  })
  await streams.catch((error) => {
    throw new UserError(
      `The streams of NATS can not be set up${settings.NATS_URL ? ' by NATS_URL' : ''}: ${error.message}`,
    )
  })
  const migrating = (checkout?: Checkout) => migrate(start, data.databaseUrl, secret, checkout)
  await Promise.all([composing, migrateUnlessDone(join(settings.DATA_DIR, 'migrated'), data.databaseUrl, migrating)])

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
  await supervisor.start(specsOf(deployment))
  const router = `http://localhost:${ports.router[0]}`
  await firstAnswer(`${router}/graphql`, stopping)
  if (isDevelopment && !dataDir.hasDemo) {
    say('Loading demo data…')
    const env = {
      NODE_ENV: nodeEnv,
      ROUTER_URL: `${router}/graphql`,
      ISSUER_URL: issuer.url,
      DEMO_SECRET: secret('demo'),
    }
    await runTask(['scripts/demo.ts'], { what: 'Loading demo data', env, signal: stopping, deadlineMs: 60_000 })
    dataDir.recordDemo()
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

const compose = (signal: AbortSignal) =>
  runTask(['scripts/compose-schema.ts'], { what: 'Composing the schema', env: {}, signal, deadlineMs: 60_000 })

/** Migrations may have much to do; Ctrl-C ends one that is never done, and changes nothing. */
const MIGRATING_MS = 3_600_000

/** Migrates all contexts' databases as their owners: the processes may not. They start when it is done. */
/** Migrates, unless `file` says that the same code has done so in these very databases, which takes a tenth of the time to find out. */
async function migrateUnlessDone(file: string, adminUrl: string, migrateAll: () => Promise<void>): Promise<void> {
  const state = await migratedState(ROOT, adminUrl)
  if (state !== null && existsSync(file) && readFileSync(file, 'utf8') === state) return
  await migrateAll()
  const done = await migratedState(ROOT, adminUrl)
  if (done !== null) writeFileAtomically(file, done)
}

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

/** Starts PostgreSQL and NATS, unless the settings name others. */
async function startData(
  { settings, supervisor, say }: Start,
  secret: Secrets,
  taken: Set<number>,
  instances: (context: string) => number,
) {
  const at = (name: string) => join(settings.DATA_DIR, name)
  const own: Spec[] = []
  const add = (name: string, prepared: Omit<Spec, 'name' | 'replica' | 'port' | 'tier'> & { url: string }) => {
    own.push({ ...prepared, name, replica: 1, port: Number(new URL(prepared.url).port), tier: 'data' })
    return prepared.url
  }
  if (!settings.DATABASE_URL || !settings.NATS_URL) say('Starting PostgreSQL and NATS…')
  const databaseUrl =
    settings.DATABASE_URL ??
    add(
      'postgres',
      await preparePostgres({
        folder: at('postgres'),
        port: await freePort(taken),
        password: secret('postgres'),
        connections: CONTEXTS.reduce((sum, context) => sum + connectionsOf(instances(context)) + OWNER_CONNECTIONS, 0),
      }),
    )
  const users = await natsUsers()
  const addNats = async () => {
    const password = (user: string) => secret(user === ADMIN ? 'nats' : `nats.${user}`)
    const port = await freePort(taken)
    const prepared = await prepareNats({ folder: at('nats'), port, users, password, settings })
    add('nats', prepared)
    return prepared
  }
  const nats = settings.NATS_URL ? givenNats(settings.NATS_URL, users, settings.environment) : await addNats()
  await supervisor.start(own)
  if (settings.NATS_URL) {
    await natsAnswers(nats.url).catch((error) => {
      throw new UserError(`NATS at ${new URL(nats.url).host} (NATS_URL) can not be used: ${error.message}.`)
    })
  }
  return { databaseUrl, natsUrl: nats.url, natsUrlOf: nats.urlOf }
}

/** The requested port, which must be free; a free one for 0. */
async function publicPort(setting: string, requested: number, taken: Set<number>): Promise<number> {
  if (requested === 0) return freePort(taken)
  const outcome = await tryPort(requested)
  if (outcome === 'EADDRINUSE') {
    throw new UserError(
      `Port ${requested} is in use: choose another with ${setting}, e.g. ${setting}=${requested + 1} npm start`,
    )
  }
  if (outcome !== 'free') throw new UserError(`Port ${requested} (${setting}) can not be used: ${outcome}.`)
  if (await isRefusedByFetch(requested)) {
    throw new UserError(`Port ${requested} (${setting}) can not be used: browsers, and fetch, refuse to ask it.`)
  }
  taken.add(requested)
  return requested
}

/** Whether browsers refuse the port, because it belongs to another protocol (the Fetch standard's "bad ports"). */
const isRefusedByFetch = (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}`).then(
    () => false,
    ({ cause }) => cause?.message === 'bad port',
  )

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
