import { resolve } from 'node:path'
import type { Environment } from '../../../chassis/config.ts'
import { LIMITS } from '../../../router/config.ts'
import { CONTEXTS } from '../../contexts.mjs'
import type { Secrets } from '../infrastructure/secrets.ts'
import { httpCheck } from './http-checks.ts'
import type { Spec, Tier } from './spec.ts'

/** Every program of ours. */
export const NAMES: readonly string[] = [...CONTEXTS, 'provider', 'router']

/** One port for each replica of each program. */
export type Ports = { router: readonly number[]; [name: string]: readonly number[] }

/** What may run more than once: the issuer has one public port, the sandbox one book. */
export const REPLICABLE = NAMES.filter((name) => name !== 'account' && name !== 'provider')

/** Who moves the money: our sandbox, which moves none, or a payment provider and what it knows us by. */
export type Provider = 'sandbox' | { url: string; token: string }

/** What the processes are told of each other. */
export type Surroundings = {
  ports: Ports
  databases: Record<string, string>
  natsUrl: string
  issuer: { url: string; port: number }
  secret: Secrets
  nodeEnv: Environment
  provider: Provider
  /** The operator's environment: only what a row `passes` is taken from it. */
  environment: NodeJS.ProcessEnv
  /** Where Node keeps compiled code, so that the next start is quicker. */
  compileCache: string
  /** What the sandbox has charged and returned: a provider does not forget when it restarts. */
  providerBook: string
}

/** One program of ours; what every one gets beside `env` is in `specsOf`. */
type Row = { name: string; main: string; args?: string[]; tier: Tier; env: Record<string, string>; passes?: string[] }

/** The programs that make up the system. Tokens' audience is one with account's (inbound/oidc/api.ts). */
function table(the: Surroundings): Row[] {
  const url = (name: string) => (the.ports[name] ?? []).map((port) => `http://127.0.0.1:${port}`)
  const secrets = { CONTEXT_SECRET: the.secret('context') }
  const pays =
    the.provider === 'sandbox' ? { url: url('provider')[0] ?? '', token: the.secret('provider') } : the.provider
  const sandbox: Row = {
    name: 'provider',
    main: 'subgraphs/payment/sandbox/main.ts',
    tier: 'service',
    env: { BOOK_FILE: the.providerBook, PROVIDER_TOKEN: pays.token },
  }
  /** What some contexts get beside what all do. */
  const own: { [context: string]: Partial<Pick<Row, 'passes' | 'env'>> } = {
    account: {
      passes: ['TOKENS_PER_MINUTE'],
      env: {
        ISSUER_URL: the.issuer.url,
        ISSUER_PORT: String(the.issuer.port),
        KEY_SECRET: the.secret('keys'),
        ...(the.nodeEnv !== 'production' && { DEMO_SECRET: the.secret('demo') }),
      },
    },
    order: {
      passes: [
        'PAYMENT_DEADLINE_MS',
        'PAYMENT_AT_ONCE',
        'PAYMENT_AT_ONCE_EACH',
        'PAY_WITHIN_MS',
        'EXPIRE_AFTER_MS',
        'MOST_UNPAID',
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
      env: { PROVIDER_URL: pays.url, PROVIDER_TOKEN: pays.token },
    },
  }
  const subgraph = (name: string): Row => ({
    name,
    main: `subgraphs/${name}/main.ts`,
    tier: 'service',
    passes: own[name]?.passes,
    env: { DATABASE_URL: the.databases[name] ?? '', NATS_URL: the.natsUrl, ...secrets, ...own[name]?.env },
  })
  return [
    ...CONTEXTS.map(subgraph),
    ...(the.provider === 'sandbox' ? [sandbox] : []),
    {
      name: 'router',
      main: 'router/main.ts',
      args: ['--supergraph', 'schema/supergraph.graphql'],
      tier: 'edge',
      passes: ['SUBGRAPH_TIMEOUT_MS', 'SUBGRAPH_TIMEOUTS', 'GRAPHIQL', 'INTROSPECTION', 'CORS_ORIGINS', ...LIMITS],
      env: {
        SUBGRAPH_URLS: CONTEXTS.map((name) => `${name}=${url(name)[0]}/graphql`).join(','),
        JWT_ISSUERS: the.issuer.url,
        JWT_AUDIENCE: 'flower-delivery',
        GRAPHIQL_QUERY: 'scripts/first-query.graphql',
        NATS_URL: the.natsUrl,
        ...secrets,
      },
    },
  ]
}

/** Each router has its own: the ports behind the one that was given. */
const metricsPort = (given: string | undefined, index: number): Record<string, string> =>
  given ? { METRICS_PORT: String(Number(given) && Number(given) + index) } : {}

/** Every process to run, one for each port in `the.ports`, with the whole of its environment: nothing is inherited. */
export function specsOf(the: Surroundings): Spec[] {
  const root = resolve(import.meta.dirname, '../../..')
  const passed = (names: string[]) =>
    Object.fromEntries(names.flatMap((name) => (the.environment[name] ? [[name, the.environment[name]]] : [])))
  return table(the).flatMap((row) =>
    (the.ports[row.name] ?? []).map((port, index): Spec => {
      const issuer = row.name === 'account' ? { issuerUrl: the.issuer.url } : {}
      return {
        name: row.name,
        replica: index + 1,
        port,
        tier: row.tier,
        ...issuer,
        command: [
          process.execPath,
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
          NODE_ENV: the.nodeEnv,
          NODE_COMPILE_CACHE: the.compileCache,
          APOLLO_TELEMETRY_DISABLED: 'true',
          ...passed(['PATH', 'LOG_LEVEL', 'NODE_EXTRA_CA_CERTS', ...(row.passes ?? [])]),
          ...row.env,
          ...(row.name === 'router' && metricsPort(the.environment.METRICS_PORT, index)),
        },
        health: httpCheck(port, '/health'),
        ready: httpCheck(port, '/ready'),
        stopSignal: 'SIGTERM',
      }
    }),
  )
}
