import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import {
  databaseConnections,
  type Environment,
  factsMaxBytes,
  namedValues,
  problemLine,
  processConfig,
  readConfig,
  type SettingProblem,
  settingProblems,
  streamReplicas,
} from '../../../chassis/config.ts'
import { natsTlsRules, natsTlsSettings, natsUrl } from '../../../chassis/nats/access.ts'
import { databaseUrl } from '../../../chassis/postgres/access.ts'
import { messageConfig } from '../../../subgraphs/account/config.ts'
import { providerConfig } from '../../../subgraphs/payment/config.ts'
import { CONTEXTS } from '../../contexts.mjs'
import { UserError } from '../../user-error.ts'
import { passwordVariable } from '../infrastructure/nats-users.ts'
import { type Provider, REPLICABLE } from './processes.ts'
import { programProblems } from './program-settings.ts'

const PORT_RANGE = 'a port is 0 to 65535'
const port = z.coerce.number(PORT_RANGE).int(PORT_RANGE).min(0, PORT_RANGE).max(65535, PORT_RANGE)
const publicPorts = z.object({
  /** The router's port; 0 picks a free one. */
  PORT: port.default(4000),
  /** The port of the public issuer of tokens; 0 picks a free one. */
  ISSUER_PORT: port.default(4090),
  /** The port of the first router's metrics; each further router has the next one. */
  METRICS_PORT: port.optional(),
})

/** Two settings may not name the same port; also reported if other settings are invalid. */
const distinct = (setting: keyof z.infer<typeof publicPorts>, other: keyof z.infer<typeof publicPorts>) =>
  z.refine(
    (set: unknown) => {
      const ports = publicPorts.parse(set)
      return !ports[setting] || ports[setting] !== ports[other]
    },
    {
      path: [setting],
      error: `the same port as ${other}: choose another`,
      when: ({ value }) => publicPorts.safeParse(value).success,
    },
  )

/** Our own NATS has one server, without TLS: these settings are for another. */
const forOtherNats = Object.keys({ ...natsTlsSettings, STREAM_REPLICAS: true }).map((setting) =>
  z.refine(
    (set: unknown) => {
      const given = set as { [name: string]: unknown } // an object, by the schema
      return given[setting] === undefined || given.NATS_URL !== undefined
    },
    {
      path: [setting],
      error: 'only with NATS_URL: the NATS of `npm start` is one server, without TLS',
      when: () => true,
    },
  ),
)

/** The log levels of services, which get LOG_LEVEL from the environment. */
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']

const natsPasswords = Object.fromEntries(
  [...CONTEXTS, 'router', 'streams'].map((program) => [passwordVariable(program), z.string().min(1).optional()]),
) as Record<`NATS_PASSWORD_${string}`, z.ZodOptional<z.ZodString>> // Such are the names that passwordVariable makes.

/** The settings of `npm start` itself, without NODE_ENV and the payment provider. */
export const startSettings = z
  .object({
    ...publicPorts.shape,
    /** The folder of all persistent data: databases, streams, secrets, logs. */
    DATA_DIR: z.string().min(1).default('.data'),
    /** An administrator's URL of a PostgreSQL to use instead of starting one. */
    DATABASE_URL: databaseUrl.optional(),
    DATABASE_CONNECTIONS: databaseConnections,
    /** An administrator's URL of a NATS to use instead of starting one. */
    NATS_URL: natsUrl.optional(),
    ...natsTlsSettings,
    /** The password of each program there. Without them all programs use NATS_URL itself. */
    ...natsPasswords,
    FACTS_MAX_BYTES: factsMaxBytes,
    STREAM_REPLICAS: streamReplicas,
    NATS_SERVER_BIN: z.string().min(1).optional(),
    /** The issuer in tokens; by default `http://localhost:ISSUER_PORT`. */
    ISSUER_URL: z.url({ protocol: /^https?$/ }).optional(),
    LOG_LEVEL: z.enum(LEVELS, `none of ${LEVELS.join(', ')}`).optional(),
    /** Set by bootstrap.mjs and by tests: stop when the parent process ends. */
    STOP_WITH_PARENT: z.string().optional(),
  })
  .check(
    ...natsTlsRules,
    distinct('ISSUER_PORT', 'PORT'),
    distinct('METRICS_PORT', 'PORT'),
    distinct('METRICS_PORT', 'ISSUER_PORT'),
    ...forOtherNats,
  )

export type Settings = Omit<z.infer<typeof startSettings>, 'LOG_LEVEL'> & {
  /** By default `npm start` is development; a single process is production (chassis/config.ts). */
  NODE_ENV: Environment
  provider: Provider
  /** Whether processes restart when their code changes. */
  watch: boolean
  /** The number of replicas by program; 1 if it is not named. */
  replicas: { [name: string]: number }
  /** The whole environment, from which some processes get further settings (processes.ts). */
  environment: NodeJS.ProcessEnv
}

/**
 * Reads environment and arguments. Prints every invalid setting, of `npm start` itself and of the programs that it runs, and exits
 * with code 78; throws a UserError for the arguments.
 */
export function readSettings(args: string[], env: NodeJS.ProcessEnv): Settings {
  const variables = { ...env, NODE_ENV: env.NODE_ENV || 'development' }
  const options = optionsIn(args)
  const { LOG_LEVEL: _, provider, ...settings } = read(variables, options.replicas)
  if (options.watch && settings.NODE_ENV === 'production') throw new UserError('--watch is for development.')
  return { ...settings, ...options, provider, DATA_DIR: resolve(settings.DATA_DIR), environment: variables }
}

/** In production a payment provider and a gateway for messages are required; in development sandboxes are used unless they are set. */
function read(
  variables: NodeJS.ProcessEnv,
  replicas: Settings['replicas'],
): z.infer<typeof startSettings> & Pick<Settings, 'NODE_ENV' | 'provider'> {
  const hasSandbox = variables.NODE_ENV !== 'production' && !variables.PROVIDER_URL && !variables.PROVIDER_TOKEN
  const outside = hasSandbox ? processConfig : providerConfig
  // Several of these schemas have NODE_ENV.
  const own = distinctProblems(settingProblems(startSettings.and(outside).and(messageConfig), variables))
  const reported = new Set(own.map(({ setting }) => setting))
  const ofPrograms = programProblems(variables, replicas, hasSandbox).filter(({ setting }) => !reported.has(setting))
  const problems = [...own, ...ofPrograms]
  for (const problem of problems) console.error(problemLine(problem))
  if (problems.length > 0) process.exit(78)
  if (hasSandbox) return { ...readConfig(startSettings.and(processConfig), variables), provider: 'sandbox' }
  const {
    PROVIDER_URL: url,
    PROVIDER_TOKEN: token,
    ...settings
  } = readConfig(startSettings.and(providerConfig), variables)
  return { ...settings, provider: { url, token } }
}

const distinctProblems = (problems: SettingProblem[]) => [
  ...new Map(problems.map((problem) => [problemLine(problem), problem])).values(),
]

const USAGE = `Usage: npm start [-- --watch] [--routers N] [--replicas NAME=N,…]
N from 1 to 32, NAME one of ${REPLICABLE.join(', ')}.`

function optionsIn(args: string[]): Pick<Settings, 'watch' | 'replicas'> {
  const count = z.coerce.number().int().min(1).max(32)
  const counts = z.partialRecord(z.enum(REPLICABLE), count)
  try {
    const { values } = parseArgs({
      args,
      options: {
        watch: { type: 'boolean', default: false },
        routers: { type: 'string' },
        replicas: { type: 'string' },
      },
    })
    const { watch, routers, replicas: named } = values
    const replicas = {
      ...counts.parse(Object.fromEntries(namedValues.parse(named))),
      ...(routers && { router: count.parse(routers) }),
    }
    return { watch, replicas }
  } catch {
    throw new UserError(USAGE)
  }
}
