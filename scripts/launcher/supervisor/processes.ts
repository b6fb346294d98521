import { resolve } from 'node:path'
import type { Environment } from '../../../chassis/config.ts'
import { natsTlsSettings } from '../../../chassis/nats/access.ts'
import { LIMITS } from '../../../router/config.ts'
import { CALLS, CONTEXTS } from '../../contexts.mjs'
import type { Secrets } from '../infrastructure/secrets.ts'
import { httpCheck } from './http-checks.ts'
import { metricsPorts } from './metrics-ports.ts'
import type { Program, Spec, Tier } from './spec.ts'

/** All programs of the system. */
export const NAMES: readonly string[] = [...CONTEXTS, 'streams', 'provider', 'router']

/** One port for each replica of each program. */
export type Ports = { router: readonly number[]; [name: string]: readonly number[] }

/** The programs that may have replicas: the issuer has one public port, the sandbox one book; one `streams` is enough. */
export const REPLICABLE = NAMES.filter((name) => !['account', 'provider', 'streams'].includes(name))

/** The sandbox, which moves no money, or a payment provider's URL and our credential. */
export type Provider = 'sandbox' | { url: string; token: string }

/** What the processes' settings are made from. */
export type Deployment = {
  ports: Ports
  databases: Record<string, string>
  natsUrl: (program: string) => string
  issuer: { url: string; port: number }
  secret: Secrets
  nodeEnv: Environment
  provider: Provider
  /** The operator's environment; a program gets only the variables that its row `passes`. */
  environment: NodeJS.ProcessEnv
  /** Node's compile cache, which makes the next start faster. */
  compileCache: string
  /** The file in which the sandbox records charges and refunds, so that a restart does not lose them. */
  providerBook: string
  /** The folder of the audit trail. */
  auditDir: string
}

/**
 * The router's memory (docs/router.md, "Memory"); `npm run router` has the same. With a limit of the old
 * space of 2 GiB or more, V8 lets garbage grow to three times what is in use.
 */
export const ROUTER_NODE_ARGS = ['--max-semi-space-size=8', '--max-old-space-size=1024']

/** What the programs' own settings are made from, wherever they run: here, or each in a container (scripts/deployment/). */
export type Surroundings = Pick<
  Deployment,
  'databases' | 'natsUrl' | 'secret' | 'nodeEnv' | 'provider' | 'environment' | 'providerBook'
> & {
  /** The URLs of a program's processes. */
  urlsOf: (program: string) => string[]
  /** The issuer's public URL, the port on which it listens, and where the router reaches it. */
  issuer: { url: string; port: number; inner: string }
}

/** A program. `programsOf` adds the settings that every program gets. */
export type Row = {
  name: string
  main: string
  nodeArgs?: string[]
  args?: string[]
  tier: Tier
  env: Record<string, string>
  passes?: string[]
}

/**
 * The issuer, and where it listens. Keys and revocations come without the detour over a proxy, and not from `localhost`: where
 * that is ::1 first, another account of this machine could listen there, and serve keys of its own.
 */
function issuerSetting({ url, inner }: Surroundings['issuer']): string {
  return `${url}|${inner}/jwks|revocations=${inner}/revocations`
}

/** TLS with a NATS of the operator's own. */
const NATS_TLS = Object.keys(natsTlsSettings)

/** The audience of tokens, unless the operator names another: account's own default. */
const AUDIENCE = 'urn:flower-delivery:api'

/** The settings with the keys of those who call a program, and of those whom it calls: its own pairs' and no others. */
function keysOf(name: string, secret: Secrets): Record<string, string> {
  const key = (caller: string, receiver: string) => secret(`context.${caller}-${receiver}`)
  const callers = CALLS.flatMap(([caller, receiver]) => (receiver === name ? [`${caller}=${key(caller, name)}`] : []))
  const called = CALLS.flatMap(([caller, receiver]) => (caller === name ? [`${receiver}=${key(name, receiver)}`] : []))
  return {
    ...(callers.length > 0 && { CALLER_KEYS: callers.join(',') }),
    ...(called.length > 0 && { CONTEXT_KEYS: called.join(',') }),
  }
}

/** The system's programs; the sandbox only if it is the provider. */
export function programTable(deployment: Surroundings): Row[] {
  const url = deployment.urlsOf
  const providerAccess =
    deployment.provider === 'sandbox'
      ? { url: url('provider')[0] ?? '', token: deployment.secret('provider') }
      : deployment.provider
  const sandbox: Row = {
    name: 'provider',
    main: 'subgraphs/payment/sandbox/main.ts',
    tier: 'service',
    env: { BOOK_FILE: deployment.providerBook, PROVIDER_TOKEN: providerAccess.token },
  }
  /** Settings of single contexts. */
  const own: { [context: string]: Partial<Pick<Row, 'passes' | 'env'>> } = {
    account: {
      passes: [
        ...['TOKENS_PER_MINUTE', 'TRUST_PROXY', 'JWT_AUDIENCE', 'MESSAGE_URL', 'MESSAGE_TOKEN'],
        ...['SIGN_IN_COUNTRIES', 'SIGN_IN_CODES_AN_HOUR', 'SIGN_IN_WRONG_AN_HOUR', 'SIGN_IN_ALL_CODES_AN_HOUR'],
      ],
      env: {
        ISSUER_URL: deployment.issuer.url,
        ISSUER_PORT: String(deployment.issuer.port),
        KEY_SECRET: deployment.secret('keys'),
        ...(deployment.nodeEnv !== 'production' && { DEMO_SECRET: deployment.secret('demo') }),
      },
    },
    delivery: {
      passes: ['DEPART_EARLIEST_MS'],
      env: { LINK_SECRET: deployment.secret('links'), PHOTO_KEY: deployment.secret('photos.delivery') },
    },
    item: { passes: ['MOST_ITEMS'], env: { PHOTO_KEY: deployment.secret('photos.item') } },
    media: {
      passes: ['PHOTOS_URL', 'PHOTOS_MAX_BYTES', 'MOST_UPLOADS_A_DAY'],
      env: {
        MEDIA_SECRET: deployment.secret('media'),
        PHOTO_KEY_ITEM: deployment.secret('photos.item'),
        PHOTO_KEY_STORE: deployment.secret('photos.store'),
        PHOTO_KEY_DELIVERY: deployment.secret('photos.delivery'),
      },
    },
    store: {
      passes: ['MOST_STORES', 'ACCEPT_WITHIN_MS', 'REJECT_AFTER_START_MS'],
      env: { PHOTO_KEY: deployment.secret('photos.store') },
    },
    order: {
      passes: [
        'PAYMENT_DEADLINE_MS',
        'PAYMENT_AT_ONCE',
        'PAYMENT_AT_ONCE_EACH',
        'PAY_WITHIN_MS',
        'EXPIRE_AFTER_MS',
        'MOST_UNPAID',
        'MOST_UNPAID_PLACES',
        'PAY_FOR_PLACE_WITHIN_MS',
        'PAY_AFTER_CUT_OFF_MS',
        'MOST_DECLINED_AN_HOUR',
      ],
      env: { PAYMENT_URLS: url('payment').join(',') },
    },
    payment: {
      passes: [
        'PROVIDER_DEADLINE_MS',
        'PROVIDER_AT_ONCE',
        'PROVIDER_AT_ONCE_EACH',
        'MOST_DECLINED_OF_ORDER',
        'MOST_DECLINED_AN_HOUR',
      ],
      env: { PROVIDER_URL: providerAccess.url, PROVIDER_TOKEN: providerAccess.token },
    },
  }
  const subgraph = (name: string): Row => ({
    name,
    main: `subgraphs/${name}/main.ts`,
    tier: 'service',
    passes: ['FACTS_MAX_BYTES', 'DATABASE_CONNECTIONS', ...NATS_TLS, ...(own[name]?.passes ?? [])],
    env: {
      DATABASE_URL: deployment.databases[name] ?? '',
      NATS_URL: deployment.natsUrl(name),
      ...keysOf(name, deployment.secret),
      ...own[name]?.env,
    },
  })
  return [
    ...CONTEXTS.map(subgraph),
    {
      name: 'streams',
      main: 'chassis/streams/main.ts',
      tier: 'service',
      passes: ['FACTS_MAX_BYTES', 'STREAM_REPLICAS', ...NATS_TLS],
      env: { NATS_URL: deployment.natsUrl('streams') },
    },
    ...(deployment.provider === 'sandbox' ? [sandbox] : []),
    {
      name: 'router',
      main: 'router/main.ts',
      nodeArgs: ROUTER_NODE_ARGS,
      args: ['--supergraph', 'schema/supergraph.graphql'],
      tier: 'edge',
      passes: [
        ...['SUBGRAPH_TIMEOUT_MS', 'SUBGRAPH_TIMEOUTS', 'GRAPHIQL', 'INTROSPECTION', 'CORS_ORIGINS'],
        ...['JWT_REVOCATIONS_EVERY_MS', ...LIMITS, ...NATS_TLS],
      ],
      env: {
        PASS_ON: `/photos=${url('media')[0]}`,
        SUBGRAPH_URLS: CONTEXTS.map((name) => `${name}=${url(name)[0]}/graphql`).join(','),
        JWT_ISSUERS: issuerSetting(deployment.issuer),
        JWT_AUDIENCE: deployment.environment.JWT_AUDIENCE || AUDIENCE,
        GRAPHIQL_QUERY: 'scripts/first-query.graphql',
        NATS_URL: deployment.natsUrl('router'),
        ...keysOf('router', deployment.secret),
        CURSOR_SECRET: deployment.secret('cursors'),
      },
    },
  ]
}

/** Where a process listens, under the names by which its code asks for the sockets (`listen` in chassis/http.ts). */
function socketsOf(
  { name }: Row,
  port: number,
  deployment: Deployment,
  metrics: number | undefined,
): { name: string; port: number }[] {
  return [
    { name: 'http', port },
    ...(name === 'account' ? [{ name: 'issuer', port: deployment.issuer.port }] : []),
    ...(metrics === undefined ? [] : [{ name: 'metrics', port: metrics }]),
  ]
}

/** All processes to run, one for each port, each with its whole environment: nothing is inherited. */
export function programsOf(deployment: Deployment): Program[] {
  const root = resolve(import.meta.dirname, '../../..')
  const passed = (names: string[]) =>
    Object.fromEntries(
      names.flatMap((name) => (deployment.environment[name] ? [[name, deployment.environment[name]]] : [])),
    )
  const counts = Object.fromEntries(NAMES.map((name) => [name, deployment.ports[name]?.length ?? 0]))
  const allMetrics = metricsPorts(counts, deployment.environment.METRICS_PORT)
  const surroundings: Surroundings = {
    ...deployment,
    urlsOf: (name) => (deployment.ports[name] ?? []).map((port) => `http://127.0.0.1:${port}`),
    issuer: { ...deployment.issuer, inner: `http://127.0.0.1:${deployment.issuer.port}` },
  }
  return programTable(surroundings).flatMap((row) =>
    (deployment.ports[row.name] ?? []).map((port, index): Program => {
      const issuer = row.name === 'account' ? { issuerUrl: deployment.issuer.url } : {}
      const metrics = allMetrics.find(({ name, replica }) => name === row.name && replica === index + 1)?.port
      return {
        name: row.name,
        replica: index + 1,
        port,
        tier: row.tier,
        sockets: socketsOf(row, port, deployment, metrics),
        ...issuer,
        command: [
          process.execPath,
          ...(row.nodeArgs ?? []),
          ...['--import', resolve(import.meta.dirname, 'with-parent.ts')],
          resolve(root, row.main),
          ...(row.args ?? []),
        ],
        cwd: root,
        env: {
          PORT: String(port),
          HOST: '127.0.0.1',
          REPLICA: String(index + 1),
          TZ: 'UTC',
          NODE_ENV: deployment.nodeEnv,
          NODE_COMPILE_CACHE: deployment.compileCache,
          APOLLO_TELEMETRY_DISABLED: 'true',
          ...(row.name !== 'provider' && { AUDIT_DIR: deployment.auditDir, ...passed(['AUDIT_MAX_BYTES']) }),
          ...passed(['PATH', 'LOG_LEVEL', 'NODE_EXTRA_CA_CERTS', ...(row.passes ?? [])]),
          ...row.env,
          ...(metrics !== undefined && { METRICS_PORT: String(metrics) }),
        },
      }
    }),
  )
}

/** How a program of ours is kept running. */
export const specOf = (program: Program): Spec => ({
  ...program,
  health: httpCheck('/health'),
  ready: httpCheck('/ready'),
  stopSignal: 'SIGTERM',
})

export const specsOf = (deployment: Deployment): Spec[] => programsOf(deployment).map(specOf)
