import type { Environment } from '../../chassis/config.ts'
import { CALLS, CONTEXTS, keyName } from '../contexts.mjs'
import { DATABASE_PREFIX, databaseName } from '../launcher/infrastructure/databases.ts'
import { natsUsers, passwordVariable } from '../launcher/infrastructure/nats-users.ts'
import { ownerPassword, workingPassword } from '../launcher/infrastructure/passwords.ts'
import { programTable, type Row } from '../launcher/supervisor/processes.ts'

/** The ports of a program in a container of its own: its GraphQL or HTTP, account's issuer, and the router's metrics. */
export const PORTS = { http: 8080, issuer: 4090, metrics: 9090 }

/** The image that all our programs run in (deploy/images/Dockerfile). */
export const IMAGE = 'flower-delivery'

/** Where the programs run, and with what. */
export type Site = {
  /** In development account gives demo tokens. */
  environment: Environment
  /** The issuer's public origin. */
  issuerUrl: string
  audience: string
  /** The payment provider, or our sandbox, which runs only then. */
  provider: { url: string; token: string } | 'sandbox'
  /** The gateway for messages to people's phones; empty in development, where account has a sandbox of its own. */
  messages: { url: string; token: string }
  /** `host:port` of PostgreSQL and NATS. */
  postgres: string
  nats: string
  /** The processes that each context has at most: `INSTANCES` of the job `databases`. */
  instances: string
}

/** A program in a container of its own; of `command`, `node` is the image's. */
export type Container = {
  name: string
  command: string[]
  /** Its whole environment. `${NAME}` in a value stands for a secret: the variables of scripts/docker-env.mjs. */
  env: Record<string, string>
  /** Settings that an operator may give it besides. */
  passes: string[]
  /** The names of the `PORTS` on which it listens. */
  ports: (keyof typeof PORTS)[]
}

/** The placeholder of a secret. */
export const reference = (variable: string) => `\${${variable}}`

/** Every program's. */
const COMMON = { TZ: 'UTC', APOLLO_TELEMETRY_DISABLED: 'true' }

/** The variable with a secret of `Secrets` (scripts/launcher/infrastructure/secrets.ts). */
export function secretVariable(name: string): string {
  const single: { [name: string]: string } = {
    cursors: 'CURSOR_SECRET',
    keys: 'KEY_SECRET',
    links: 'LINK_SECRET',
    media: 'MEDIA_SECRET',
    'photos.item': 'PHOTO_KEY_ITEM',
    'photos.store': 'PHOTO_KEY_STORE',
    'photos.delivery': 'PHOTO_KEY_DELIVERY',
    demo: 'DEMO_SECRET',
    provider: 'PROVIDER_TOKEN',
  }
  const call = CALLS.find(([caller, receiver]) => name === `context.${caller}-${receiver}`)
  const variable = call ? keyName(call) : single[name]
  if (!variable) throw new Error(`The secret ${name} has no variable.`)
  return variable
}

/** The programs that run all the time, each with its own settings and secrets only. */
export async function containersOf(site: Site): Promise<Container[]> {
  const users = new Set((await natsUsers()).map(({ name }) => name))
  const rows = programTable({
    databases: Object.fromEntries(CONTEXTS.map((context) => [context, workingUrl(site, context)])),
    natsUrl: (name) => {
      const user = users.has(name) ? `${name}:${reference(passwordVariable(name))}@` : ''
      return `nats://${user}${site.nats}`
    },
    urlsOf: (name) => [`http://${name}:${PORTS.http}`],
    issuer: { url: site.issuerUrl, port: PORTS.issuer, inner: `http://account:${PORTS.issuer}` },
    secret: (name) => reference(secretVariable(name)),
    nodeEnv: site.environment,
    provider: site.provider,
    environment: { JWT_AUDIENCE: site.audience },
    providerBook: '/book/book.jsonl',
  })
  return rows.map((row) => containerOf(row, site))
}

const workingUrl = ({ postgres }: Site, context: string) => {
  const name = databaseName(DATABASE_PREFIX, context)
  return `postgres://${name}:${reference(workingPassword(context))}@${postgres}/${name}`
}

function containerOf({ name, main, nodeArgs = [], args = [], env, passes = [] }: Row, site: Site): Container {
  const own: { [name: string]: Partial<Container> } = {
    account: {
      env: { JWT_AUDIENCE: site.audience, MESSAGE_URL: site.messages.url, MESSAGE_TOKEN: site.messages.token },
      ports: ['http', 'issuer', 'metrics'],
    },
    // The name by which payment calls it.
    provider: { env: { HOST_NAMES: 'provider' } },
  }
  const whole = {
    ...COMMON,
    NODE_ENV: site.environment,
    PORT: String(PORTS.http),
    HOST: '0.0.0.0',
    METRICS_PORT: String(PORTS.metrics),
    ...env,
    ...own[name]?.env,
  }
  return {
    name,
    command: ['node', ...nodeArgs, main, ...args],
    env: whole,
    passes: ['LOG_LEVEL', ...passes].filter((setting) => !Object.hasOwn(whole, setting)),
    ports: own[name]?.ports ?? ['http', 'metrics'],
  }
}

/**
 * The programs that end, in the order in which they must have succeeded before a release starts: `databases` makes databases and
 * roles as the administrator, `migrate` their tables as their owners.
 */
export function jobsOf(site: Site): Container[] {
  const passwords = (nameOf: (context: string) => string) =>
    Object.fromEntries(CONTEXTS.map(nameOf).map((variable) => [variable, reference(variable)]))
  const job = (name: string, main: string, env: Record<string, string>): Container => ({
    name,
    command: ['node', main],
    env: { ...COMMON, NODE_ENV: site.environment, ...env },
    passes: [],
    ports: [],
  })
  return [
    job('databases', 'scripts/make-databases.ts', {
      DATABASE_URL: `postgres://postgres:${reference('POSTGRES_PASSWORD')}@${site.postgres}/postgres`,
      INSTANCES: site.instances,
      ...passwords(workingPassword),
      ...passwords(ownerPassword),
    }),
    job('migrate', 'scripts/migrate.ts', {
      DATABASE_URL: `postgres://${site.postgres}`,
      ...passwords(ownerPassword),
    }),
  ]
}

/** Loads the demo shop, once, in development. */
export const demoOf = (site: Site): Container => ({
  name: 'demo',
  command: ['node', 'scripts/demo.ts'],
  env: {
    ...COMMON,
    NODE_ENV: site.environment,
    ROUTER_URL: `http://router:${PORTS.http}/graphql`,
    ISSUER_URL: `http://account:${PORTS.issuer}`,
    DEMO_SECRET: reference('DEMO_SECRET'),
  },
  passes: [],
  ports: [],
})

/** The variables of the secrets in an environment, each once. */
export const secretsIn = (env: Record<string, string>): string[] => [
  ...new Set(Object.values(env).flatMap((value) => [...value.matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => name))),
]

/** A program that opens connections to another one, or to `postgres`, `nats` or `outside` (the payment provider, the gateway for messages). */
export type Connection = { from: string; to: string; port?: keyof typeof PORTS }

/** Who connects to whom, in production (`hasSandbox` false) or with the sandbox and the demo shop. Nobody else needs to. */
export async function connections(hasSandbox: boolean): Promise<Connection[]> {
  const users = await natsUsers()
  return [
    ...CALLS.map(([from, to]): Connection => ({ from, to, port: 'http' })),
    { from: 'router', to: 'account', port: 'issuer' },
    ...users.map(({ name }) => ({ from: name, to: 'nats' })),
    ...[...CONTEXTS, 'databases', 'migrate'].map((from) => ({ from, to: 'postgres' })),
    ...(hasSandbox
      ? ([
          { from: 'payment', to: 'provider', port: 'http' },
          { from: 'demo', to: 'router', port: 'http' },
          { from: 'demo', to: 'account', port: 'issuer' },
        ] satisfies Connection[])
      : ([
          { from: 'payment', to: 'outside' },
          { from: 'account', to: 'outside' },
        ] satisfies Connection[])),
  ]
}
