import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { auditConfig, namedValues, processConfig, readConfig, sharedKeys } from '../chassis/config.ts'
import { natsTlsRules, natsTlsSettings, natsUrl } from '../chassis/nats/access.ts'

export const USAGE = `Usage: npm run router -- --supergraph FILE [--port N] [--host ADDRESS]
The other settings come from the environment; see docs/router.md.`

/** An issuer of access tokens. */
export type IssuerSetting = {
  issuer: string
  /** The address of its keys; without it they are found by OpenID discovery. */
  jwksUri?: string
  /** The `typ` of its access tokens: `at+jwt` (RFC 9068) if not given; `*`: any or none. */
  typ?: string
  /** The address of its list of revocations (identity/revocations.ts); without it its tokens are good until they expire. */
  revocationsUri?: string
}

const isHttpUrl = (text: string) => /^https?:$/.test(URL.parse(text)?.protocol ?? '')
const httpUrls = (urls: string[], context: z.RefinementCtx) => {
  for (const url of urls)
    if (!isHttpUrl(url)) context.addIssue({ code: 'custom', message: `not an http(s) URL: ${url}` })
}

const issuers = z
  .string()
  .default('')
  .transform((text, context): IssuerSetting[] => {
    const entries = text
      .split(',')
      .map((entry) => entry.trim())
      .filter(Boolean)
    return entries.map((entry) => readIssuer(entry, context))
  })

/** Reads `issuer`, and what may follow it in any order: `|jwksUri`, `|typ=TYPE`, `|revocations=URL`. */
function readIssuer(entry: string, context: z.RefinementCtx): IssuerSetting {
  const [issuer = '', ...parts] = entry.split('|')
  const valuesOf = (name: string) =>
    parts.filter((part) => part.startsWith(name)).map((part) => part.slice(name.length))
  const [types, lists] = [valuesOf('typ='), valuesOf('revocations=')]
  const keys = parts.filter((part) => !part.startsWith('typ=') && !part.startsWith('revocations='))
  httpUrls([issuer, ...keys, ...lists], context)
  if (types.includes('')) context.addIssue({ code: 'custom', message: `typ= names no type: ${entry}` })
  if ([keys, types, lists].some(({ length }) => length > 1))
    context.addIssue({ code: 'custom', message: `something is given twice: ${entry}` })
  return { issuer, jwksUri: keys[0], typ: types[0], revocationsUri: lists[0] }
}

/** A slash at the end is left out, since addresses are copied with one; `*` may stand for the port. */
const origins = z
  .string()
  .default('')
  .transform((text, context) => {
    const entries = text
      .split(',')
      .map((entry) => entry.trim().replace(/\/$/, ''))
      .filter(Boolean)
    const isOrigin = (entry: string) =>
      entry === '*' || URL.parse(entry.replace(/:\*$/, ''))?.origin === entry.replace(/:\*$/, '')
    const wrong = entries.filter((entry) => !isOrigin(entry))
    if (wrong.length)
      context.addIssue({ code: 'custom', message: `not an origin such as https://app.example: ${wrong}` })
    return entries
  })

/** Where an app that is being developed is served. */
const LOCAL_ORIGINS = ['http://localhost:*', 'http://127.0.0.1:*']

/** Reads SUBGRAPH_URLS. */
export const subgraphUrls = namedValues.superRefine((urls, context) => httpUrls([...urls.values()], context))

/** Reads PASS_ON. The router's own paths cannot be passed on. */
const passedOn = namedValues.superRefine((urls, context) => {
  httpUrls([...urls.values()], context)
  for (const path of urls.keys())
    if (!/^\/[\w-]+(\/[\w-]+)*$/.test(path) || ['/graphql', '/health', '/ready'].includes(path))
      context.addIssue({ code: 'custom', message: `not a path that can be passed on: ${path}` })
})

const textOfFile = z.string().transform((file, context) => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    context.addIssue({ code: 'custom', message: `cannot be read: ${file}` })
    return z.NEVER
  }
})

const integer = z.coerce.number('not a number').int('not a whole number')
const count = integer.min(1, 'less than 1')
const port = integer.min(0, 'no port').max(65535, 'no port: at most 65535')

/** Limits of live connections (docs/router.md). */
const live = {
  LIVE_CONNECTIONS: count.default(20_000),
  LIVE_CONNECTIONS_PER_USER: count.default(100),
  LIVE_CONNECTIONS_PER_ADDRESS: count.default(1_000),
  LIVE_OPERATIONS_PER_CONNECTION: count.default(100),
  LIVE_OPERATIONS_PER_USER: count.default(500),
  LIVE_MESSAGES_PER_SECOND: count.default(200),
  LIVE_MESSAGE_BYTES: count.default(64 * 1024),
  LIVE_WAITING_BYTES: count.default(64 * 1024),
  LIVE_UNTAKEN_BYTES: count.default(16 * 1024 * 1024),
  /** The process is given 20 seconds to stop (chassis/http.ts). */
  LIVE_DRAIN_MS: integer.min(0).max(15_000).default(3_000),
}

const timeouts = namedValues.transform((named, context) => {
  const invalid = [...named].filter(([, ms]) => !count.safeParse(ms).success)
  if (invalid.length)
    context.addIssue({ code: 'custom', message: `not a number of milliseconds: ${invalid.map(([name]) => name)}` })
  return new Map([...named].map(([name, ms]) => [name, Number(ms)]))
})
const onOff = z.enum(['on', 'off'], 'neither on nor off')

/** Limits of one request, and of the number of requests (docs/router.md). */
const limits = {
  MAX_BODY_BYTES: count.default(256 * 1024),
  MAX_BODIES_BYTES: count.default(16 * 1024 * 1024),
  MAX_DOCUMENT: count.default(64 * 1024),
  MAX_TOKENS: count.default(5_000),
  MAX_DEPTH: count.default(20),
  MAX_FIELDS: count.default(1_000),
  MAX_ALIASES: count.default(100),
  MAX_ROOT_FIELDS: count.default(50),
  MAX_MUTATION_FIELDS: count.default(10),
  MAX_PAGE: count.default(100),
  MAX_COST: count.default(25_000),
  /** Requests of one user, or of one address without a token: per second on average, and at once. */
  RATE_PER_SECOND: count.default(200),
  RATE_BURST: count.default(1_000),
  /** The number of proxies in front, each of which adds its client's address to `x-forwarded-for`. */
  TRUST_PROXY: integer.min(0).default(0),
  /** Requests under way at once, those of one client, how many more wait, and for how long. */
  MAX_CONCURRENT: count.default(512),
  MAX_CONCURRENT_EACH: count.default(128),
  MAX_WAITING: integer.min(0).default(1_024),
  MAX_WAIT_MS: count.default(1_000),
  REQUEST_TIMEOUT_MS: count.default(30_000),
}

const settings = processConfig.extend({
  ...live,
  ...limits,
  ...auditConfig,
  SUPERGRAPH: z.string('missing: a Federation 2 supergraph file (or --supergraph FILE)').min(1, 'is empty'),
  PORT: port.default(4000),
  HOST: z.string().min(1).default('127.0.0.1'),
  /** `name=url,…`: overrides the addresses in the supergraph. */
  SUBGRAPH_URLS: subgraphUrls,
  /** `/path=url,…`: paths that are passed on to another program, such as uploads of files (http/pass-on.ts). */
  PASS_ON: passedOn,
  /** `issuer,…`, each with `|jwksUri`, `|typ=TYPE` and `|revocations=URL` if needed. */
  JWT_ISSUERS: issuers,
  /** The `aud` that tokens must have; `*`: any. */
  JWT_AUDIENCE: z.string().min(1).optional(),
  /** How often the issuers' lists of revocations are read. */
  JWT_REVOCATIONS_EVERY_MS: integer.min(1_000, 'less than 1000').default(20_000),
  /** `name=key,…`: the keys shared with subgraphs; to one without a key the context header is not sent. */
  CONTEXT_KEYS: sharedKeys
    .default(new Map())
    .transform((keys) => new Map([...keys].map(([name, [key = '']]) => [name, key]))),
  /** Signs the cursors of live updates; without it they are valid in this process only. */
  CURSOR_SECRET: z.string().min(32, 'at least 32 characters').optional(),
  /** Where live updates come from; without it subscriptions are refused. */
  NATS_URL: natsUrl.optional(),
  ...natsTlsSettings,
  SUBGRAPH_TIMEOUT_MS: count.default(5_000),
  /** `name=ms,…`: other times for single subgraphs. */
  SUBGRAPH_TIMEOUTS: timeouts,
  SUBGRAPH_AT_ONCE: count.default(256),
  /** Of one user, or of one address without a token. */
  SUBGRAPH_AT_ONCE_EACH: count.default(16),
  /** `https://app.example,…` or `*`: the origins whose pages may read responses; in development, by default, any of this machine. */
  CORS_ORIGINS: origins,
  /** Whether clients may query the schema. */
  INTROSPECTION: onOff.default('on'),
  /** The port of `GET /metrics`; 0 chooses a free one, and without it nothing is counted. */
  METRICS_PORT: port.optional(),
  /** GraphiQL for browsers; by default on outside production. */
  GRAPHIQL: onOff.optional(),
  /** The first text in GraphiQL's editor; the setting names a file. */
  GRAPHIQL_QUERY: textOfFile.optional(),
})

/** The names of all settings that are limits. */
export const LIMITS = Object.keys({ ...live, ...limits })

/** The schema of the router's settings. */
export const routerSettings = settings
  .check(...natsTlsRules)
  // Required, so that a forgotten setting does not make ID tokens and tokens for other services valid here.
  .refine(({ JWT_ISSUERS, JWT_AUDIENCE }) => !JWT_ISSUERS.length || JWT_AUDIENCE, {
    path: ['JWT_AUDIENCE'],
    error: 'missing: the `aud` that tokens of JWT_ISSUERS must have (`*`: any)',
  })
  .transform((set) => ({
    ...set,
    CORS_ORIGINS: set.CORS_ORIGINS.length || set.NODE_ENV !== 'development' ? set.CORS_ORIGINS : LOCAL_ORIGINS,
    GRAPHIQL: set.GRAPHIQL ?? (set.NODE_ENV === 'production' ? 'off' : 'on'),
    JWT_AUDIENCE: set.JWT_AUDIENCE === '*' ? undefined : set.JWT_AUDIENCE,
  }))

export type RouterConfig = z.infer<typeof routerSettings>

/** The defaults of all settings that have one, for tests. */
export const DEFAULTS = settings.omit({ SUPERGRAPH: true }).parse({})

/** Reads the settings from the command line, then the environment. Prints all problems and exits with 78. */
export function routerConfig(args: string[], environment: NodeJS.ProcessEnv): RouterConfig {
  const { supergraph, port, host, help } = commandLine(args)
  if (help) {
    console.log(USAGE)
    process.exit(0)
  }
  const options = Object.entries({ SUPERGRAPH: supergraph, PORT: port, HOST: host }).filter(([, value]) => value)
  return readConfig(routerSettings, { ...environment, ...Object.fromEntries(options) })
}

function commandLine(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        supergraph: { type: 'string' },
        port: { type: 'string' },
        host: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n${USAGE}`)
    return process.exit(78)
  }
}
