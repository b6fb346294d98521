import { Document, visit } from 'yaml'
import { POOL_SIZE } from '../../chassis/postgres/session.ts'
import { CONTEXTS } from '../contexts.mjs'
import { connectionsOf, OWNER_CONNECTIONS } from '../launcher/infrastructure/databases.ts'
import { ADMIN, natsUsers, passwordVariable } from '../launcher/infrastructure/nats-users.ts'
import { LOGS_WITHOUT_VALUES } from '../launcher/infrastructure/postgres.ts'
import { networkNames, networksOf } from './compose-networks.ts'
import { type Container, containersOf, demoOf, IMAGE, jobsOf, PORTS, reference, type Site } from './programs.ts'

const HEADER = `# Made by \`npm run deployment\` from the list of programs (scripts/deployment/); do not edit. docs/operators.md, "With Docker".
# Begin with \`node scripts/docker-env.mjs\`: it makes .env, which is read here only, to fill in each service's own settings: no
# container has it. FLOWER_ENV is NODE_ENV by another name, since a shell's own NODE_ENV would go before .env.
`

/** A variable of .env; without it, `or`. */
const optional = (name: string, or = '') => `\${${name}:-${or}}`
/** A variable of .env without which Compose starts nothing, and says `why`. */
const required = (name: string, why = '') => `\${${name}:?${why}}`

/** What the programs get from .env; Compose fills it in. */
const SITE: Site = {
  environment: 'development', // Replaced by FLOWER_ENV. In production account ignores DEMO_SECRET.
  issuerUrl: optional('ISSUER_URL', 'http://localhost:4090'),
  audience: optional('JWT_AUDIENCE', 'urn:flower-delivery:api'),
  provider: { url: reference('PROVIDER_URL'), token: reference('PROVIDER_TOKEN') },
  // Empty in development. In production account does not start then, and says so.
  messages: { url: optional('MESSAGE_URL'), token: optional('MESSAGE_TOKEN') },
  postgres: 'postgres:5432',
  nats: 'nats:4222',
  instances: optional('INSTANCES', '1'),
}

/** What Compose says if a variable is missing. */
const MESSAGES: { [variable: string]: string } = {
  PROVIDER_URL: 'write the payment provider’s https URL in .env',
  PROVIDER_TOKEN: 'write the payment provider’s credential in .env',
}
/** Services that only run in development, and the secret that only these have: Compose fills in the whole file in production, too. */
const OF_DEVELOPMENT = ['provider', 'demo']
const DEVELOPMENT_SECRET = 'DEMO_SECRET'

/** Cores and memory: about three times what a process takes under load. The router's is its heap (ROUTER_NODE_ARGS) and buffers. */
const LIMITS = {
  program: { cpus: 1, mem_limit: '512m', pids_limit: 256 },
  router: { cpus: 2, mem_limit: '1536m', pids_limit: 256 },
  postgres: { cpus: 2, mem_limit: '2g', pids_limit: 2048 },
  nats: { cpus: 1, mem_limit: '512m', pids_limit: 256 },
}
/** Docker's default keeps logs without a limit. */
const LOGGING = { driver: 'local', options: { 'max-size': '50m', 'max-file': '5' } }
const HARDENED = {
  read_only: true,
  tmpfs: ['/tmp'],
  cap_drop: ['ALL'],
  security_opt: ['no-new-privileges:true'],
}
/** Ends a server that is frozen, whose restart is then the policy's; for that it needs `init`, as our programs do. */
const SERVER_CHECK = '/usr/local/bin/server-health-check'
const SERVER_CHECK_VOLUME = `./deploy/images/server-health-check:${SERVER_CHECK}:ro`
const checked = (...command: string[]) => ({
  init: true,
  healthcheck: { test: ['CMD', SERVER_CHECK, ...command], interval: '5s', timeout: '5s', retries: 24 },
})
const done = { condition: 'service_completed_successfully' }
const healthy = { condition: 'service_healthy' }

/** docker-compose.yml. */
export async function composeFile(): Promise<string> {
  const programs = await containersOf(SITE)
  const sandbox = (await containersOf({ ...SITE, provider: 'sandbox' })).filter(({ name }) => name === 'provider')
  const [databases, migrate] = jobsOf(SITE)
  const services = {
    postgres: postgres(),
    nats: await nats(),
    ...(databases && { databases: { ...job(madeFor(databases)), build: BUILD, depends_on: { postgres: healthy } } }),
    ...(migrate && { migrate: { ...job(migrate), depends_on: { databases: done } } }),
    ...Object.fromEntries([...programs, ...sandbox].map((program) => [program.name, longRunning(program)])),
    demo: { ...job(demoOf(SITE)), profiles: ['development'], restart: 'on-failure', depends_on: demoNeeds },
  }
  const networks = Object.fromEntries(
    networkNames().map(({ name, isOutside }) => [name, isOutside ? {} : { internal: true }]),
  )
  const file = { name: IMAGE, services, networks, volumes: { postgres: {}, nats: {}, provider: {} } }
  const document = new Document(file, { aliasDuplicateObjects: false })
  visit(document, {
    Seq: (_, list) => {
      list.flow = true
    },
  })
  return HEADER + document.toString({ lineWidth: 0, singleQuote: true, flowCollectionPadding: false })
}

/** One service makes the image, each time, so that an update is never forgotten; the others ask no registry for it. */
const BUILD = { context: '.', dockerfile: 'deploy/images/Dockerfile' }

const demoNeeds = { account: healthy, item: healthy, store: healthy, router: healthy }

function container({ name, command, env, passes }: Container) {
  return {
    image: IMAGE,
    pull_policy: name === 'databases' ? 'build' : 'never',
    command,
    ...HARDENED,
    environment: { ...filled(name, { ...env, NODE_ENV: optional('FLOWER_ENV', 'production') }), ...passedOn(passes) },
    networks: networksOf(name),
    ...(name === 'router' ? LIMITS.router : LIMITS.program),
    logging: LOGGING,
  }
}

/** The roles get the connections of the pools that the contexts have. */
const madeFor = (databases: Container): Container => ({
  ...databases,
  passes: [...databases.passes, 'DATABASE_CONNECTIONS'],
})

const job = (one: Container) => ({ ...container(one), init: true, healthcheck: { disable: true } })

/** The image's health check ends a program that hangs; for that it needs `init` (deploy/images/health-check). */
function longRunning(program: Container) {
  const { name } = program
  const published: { [name: string]: string[] } = {
    account: [`127.0.0.1:4090:${PORTS.issuer}`],
    router: [`127.0.0.1:4000:${PORTS.http}`],
  }
  const needs = CONTEXTS.includes(name) ? { migrate: done, nats: healthy } : name === 'streams' && { nats: healthy }
  return {
    ...container(program),
    ...(OF_DEVELOPMENT.includes(name) && { profiles: ['development'], volumes: ['provider:/book'] }),
    ...(published[name] && { ports: published[name] }),
    ...(needs && { depends_on: needs }),
    init: true,
    restart: 'unless-stopped',
    stop_grace_period: '30s',
  }
}

/** Each secret as a variable that Compose requires, except those of development. */
function filled(service: string, env: Record<string, string>): Record<string, string> {
  const variable = (name: string) =>
    OF_DEVELOPMENT.includes(service) || name === DEVELOPMENT_SECRET ? optional(name) : required(name, MESSAGES[name])
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [
      name,
      value.replaceAll(/\$\{(\w+)\}/g, (_, secret) => variable(secret)),
    ]),
  )
}

/** For what must not be empty, and a limit of FACTS, so that an alert fires before the disk is full. */
const DEFAULTS: Record<string, string> = { LOG_LEVEL: 'info', FACTS_MAX_BYTES: '10000000000' }

/** An empty variable counts as not set (chassis/config.ts). */
const passedOn = (settings: readonly string[]) =>
  Object.fromEntries(settings.map((name) => [name, optional(name, DEFAULTS[name] ?? '')]))

/** As many connections as all roles may have together, and some for the administrator. */
function postgres() {
  const perConnection = CONTEXTS.length * (connectionsOf(1, 1) - connectionsOf(1, 0))
  const sessions = CONTEXTS.length * connectionsOf(1, 0)
  const others = CONTEXTS.length * OWNER_CONNECTIONS + 10
  const settings = Object.entries(LOGS_WITHOUT_VALUES).map(([name, value]) => `-c ${name}=${value}`)
  return {
    image: 'postgres:18.4-bookworm',
    command: [
      'sh',
      '-c',
      `exec docker-entrypoint.sh postgres -c max_connections=$$((${others} + $$INSTANCES * (${sessions} + ${perConnection} * $$DATABASE_CONNECTIONS))) ${settings.join(' ')}`,
    ],
    environment: {
      POSTGRES_PASSWORD: required('POSTGRES_PASSWORD'),
      INSTANCES: SITE.instances,
      DATABASE_CONNECTIONS: optional('DATABASE_CONNECTIONS', String(POOL_SIZE)),
    },
    volumes: ['postgres:/var/lib/postgresql', SERVER_CHECK_VOLUME],
    // What its entrypoint needs to give the volume to its user, and become that; and the health check, to end that user's process.
    cap_drop: ['ALL'],
    cap_add: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'KILL', 'SETGID', 'SETUID'],
    security_opt: HARDENED.security_opt,
    shm_size: '256m',
    // Longer than the check waits: what pg_isready gives up by itself looks like a refusal.
    ...checked('pg_isready', '-t', '60', '-h', '127.0.0.1', '-U', 'postgres'),
    networks: networksOf('postgres'),
    ...LIMITS.postgres,
    logging: LOGGING,
    restart: 'unless-stopped',
    stop_grace_period: '60s',
  }
}

/** A user for each program, and the administrator. Passwords are in quotes within, since NATS reads 1e5 as a number. */
async function nats() {
  const users = [ADMIN, ...(await natsUsers()).map(({ name }) => name)]
  return {
    image: 'nats:2.14.0-alpine',
    command: ['nats-server', '-c', '/etc/nats/nats.conf'],
    ...HARDENED,
    environment: Object.fromEntries(
      users.map(passwordVariable).map((variable) => [variable, `"${required(variable)}"`]),
    ),
    volumes: [
      'nats:/data',
      './deploy/images/nats.conf:/etc/nats/nats.conf:ro',
      './schema/nats-users.conf:/etc/nats/nats-users.conf:ro',
      SERVER_CHECK_VOLUME,
    ],
    ...checked('wget', '-qO-', 'http://127.0.0.1:8222/healthz'),
    networks: networksOf('nats'),
    ...LIMITS.nats,
    logging: LOGGING,
    restart: 'unless-stopped',
    stop_grace_period: '30s',
  }
}
