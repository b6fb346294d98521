import { z } from 'zod'
import { natsTlsRules, natsTlsSettings, natsUrl } from './nats/access.ts'
import { databaseUrl } from './postgres/access.ts'
import { POOL_SIZE } from './postgres/session.ts'

const ENVIRONMENTS = ['development', 'test', 'production'] as const

/** The kind of deployment. Conveniences that would be security holes are off in production. */
export type Environment = (typeof ENVIRONMENTS)[number]

/** Without NODE_ENV it is production, so that development conveniences must be asked for. */
const environment = z.enum(ENVIRONMENTS, `none of ${ENVIRONMENTS.join(', ')}`).default('production')

/** NODE_ENV of a program that must not run in production; `why` begins the error message. */
export const developmentOnly = (why: string) =>
  environment.refine((name) => name !== 'production', `${why}: set it to development (not set, it is production)`)

/** The settings of every process. */
export const processConfig = z.object({ NODE_ENV: environment })

/** Where a process keeps its audit trail (chassis/audit/). */
export const auditConfig = {
  /** The folder of the trail's files; without it, the trail is in the process's output. */
  AUDIT_DIR: z.string().min(1).optional(),
  /** The most that the files of one process take, in bytes; beyond it the oldest is deleted. */
  AUDIT_MAX_BYTES: z.coerce.number().int().min(1_000_000, 'at least 1000000').default(1_000_000_000),
}

/** What is wrong with a setting, and which values are right. */
export type SettingProblem = { setting: string; message: string }

/** Every problem of an environment with a schema. An empty variable counts as not set, as `readConfig` says. */
export function settingProblems(schema: z.ZodType, environment: NodeJS.ProcessEnv): SettingProblem[] {
  const { error } = safeParse(schema, environment)
  return (error?.issues ?? []).map(({ path, message }) => {
    const setting = path.join('.') || '?'
    const value = plainValue(setting, environment[setting])
    const isNamed = !value || message.split(/[\s,:]+/).includes(value)
    return { setting, message: isNamed ? message : `${message} (it is ${value})` }
  })
}

const safeParse = <Schema extends z.ZodType>(schema: Schema, environment: NodeJS.ProcessEnv) =>
  schema.safeParse(Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== '')), {
    error: standardMessage,
  })

/** For a rule without a message of its own. */
function standardMessage(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'too_small') return `at least ${issue.minimum}`
  if (issue.code === 'too_big') return `at most ${issue.maximum}`
  if (issue.code !== 'invalid_type') return undefined
  if (issue.input === undefined) return 'missing'
  return issue.expected === 'int' ? 'not a whole number' : issue.expected === 'number' ? 'not a number' : undefined
}

/** The value if it is one plain word that can be no secret, nor an address with a password in it. */
function plainValue(setting: string, value = ''): string {
  const isPlain = /^[\w.,+-]{1,40}$/.test(value) && !/KEY|SECRET|PASSWORD|TOKEN$|URL/.test(setting)
  return isPlain ? value : ''
}

export const problemLine = ({ setting, message }: SettingProblem): string => `Setting ${setting}: ${message}`

/**
 * Reads the environment by a schema that has NODE_ENV (`processConfig`). An empty variable counts as not set: docker-compose
 * passes unset variables on as empty ones. Prints every invalid setting, so that an operator can correct all at once, and
 * exits with code 78 (EX_CONFIG).
 */
export function readConfig<Schema extends z.ZodType<{ NODE_ENV: Environment }>>(
  schema: Schema,
  environment: NodeJS.ProcessEnv = process.env,
): z.infer<Schema> {
  const read = safeParse(schema, environment)
  if (read.success) return read.data
  for (const problem of settingProblems(schema, environment)) console.error(problemLine(problem))
  process.exit(78)
}

/** A comma-separated list of `name=value` as a map; e.g. `SUBGRAPH_URLS=order=http://…,item=http://…`. */
export const namedValues = z
  .string()
  .default('')
  .transform((text, context) => {
    const entries = text.split(',').filter(Boolean)
    const wrong = entries.filter((entry) => !/^[^=]+=.+$/.test(entry))
    if (wrong.length) context.addIssue({ code: 'custom', message: `not name=value: ${wrong.join(', ')}` })
    return new Map(entries.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]))
  })

const KEYS_FORM = 'name=key, or name=key|key, with keys of at least 32 characters'

/**
 * A comma-separated list of `name=key|key`: the keys that are shared with other programs, by their names. While a key is
 * replaced there are two: a caller signs with the first, a receiver accepts both (docs/operators.md, "Replacing a key").
 */
export const sharedKeys = z.string('missing').transform((text, context) => {
  const keys = new Map<string, string[]>()
  const nameOf = new Map<string, string>()
  for (const [index, entry] of text.split(',').filter(Boolean).entries()) {
    const at = entry.indexOf('=')
    const [name, own] = [entry.slice(0, at), entry.slice(at + 1).split('|')]
    // The entry itself is a secret.
    if (at < 1 || own.some((key) => key.length < 32))
      context.addIssue({ code: 'custom', message: `entry ${index + 1} is not ${KEYS_FORM}` })
    // A receiver knows its callers by their keys.
    if (own.some((key) => nameOf.has(key) && nameOf.get(key) !== name))
      context.addIssue({ code: 'custom', message: `entry ${index + 1} has the key of another name` })
    for (const key of own) nameOf.set(key, name)
    keys.set(name, [...(keys.get(name) ?? []), ...own])
  }
  return keys
})

/** The keys of those who may call a service. */
const callerKeys = sharedKeys.refine((keys) => keys.size > 0, 'names no caller')

/** The most that the stream of facts may take; the same for all who create it. Without it there is the limit of the disk. */
export const factsMaxBytes = z.coerce.number().int().min(1_000_000, 'at least 1000000').optional()

/** Where a process serves its metrics. */
export type MetricsSettings = { HOST: string; METRICS_PORT?: number | undefined }

/** The port of a process's metrics; 0 picks a free port, and without it nothing is counted (docs/metrics.md). */
const metricsPort = z.coerce.number().int().min(0, 'no port').max(65535, 'no port: at most 65535').optional()

/** Replicas of the stream of facts in a NATS cluster. Without it a new stream has one, and an existing one keeps its own. */
export const streamReplicas = z.enum(['1', '3', '5'], 'none of 1, 3, 5').transform(Number).optional()

/** Connections in the pool of one process of a context; its relays hold up to two more (postgres/session.ts). */
export const databaseConnections = z.coerce.number().int().min(2).max(100).default(POOL_SIZE)

/** What the settings of services and of other programs in the chassis are made from. */
export const serviceSettings = processConfig.extend({
  ...auditConfig,
  PORT: z.coerce.number().int().min(0).max(65535).default(0),
  HOST: z.string().default('127.0.0.1'),
  METRICS_PORT: metricsPort,
  /** This process's number among its replicas, from 1; only used in logs. */
  REPLICA: z.coerce.number().int().min(1).default(1),
  DATABASE_URL: databaseUrl,
  DATABASE_CONNECTIONS: databaseConnections,
  NATS_URL: natsUrl,
  ...natsTlsSettings,
  FACTS_MAX_BYTES: factsMaxBytes,
  /** Who may call this service, and the keys that they sign with. */
  CALLER_KEYS: callerKeys,
})

/** The settings of every service; each `main.ts` extends them with its own. Names and defaults: docs/operators.md, "A program alone". */
export const serviceConfig = serviceSettings.check(...natsTlsRules)
