import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { type Environment, namedValues, processConfig, readConfig } from '../../../chassis/config.ts'
import { providerConfig } from '../../../subgraphs/payment/config.ts'
import { UserError } from '../../user-error.ts'
import { type Provider, REPLICABLE } from './processes.ts'

const OF_A_PORT = 'a port is 0 to 65535'
const port = z.coerce.number(OF_A_PORT).int(OF_A_PORT).min(0, OF_A_PORT).max(65535, OF_A_PORT)

/** What the services' logs know (passed on to them by the environment). */
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']

const environment = z
  .object({
    /** The router's port; 0 picks a free one. */
    PORT: port.default(4000),
    /** The port of the public issuer of tokens; 0 picks a free one. */
    ISSUER_PORT: port.default(4090),
    /** Everything that is kept: databases, streams, secrets, logs. */
    DATA_DIR: z.string().min(1).default('.data'),
    /** An administrator's URL; given, no PostgreSQL is started here. */
    DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
    /** Given, no NATS is started here. */
    NATS_URL: z.url({ protocol: /^(nats|tls)$/ }).optional(),
    NATS_SERVER_BIN: z.string().min(1).optional(),
    /** What the issuer calls itself in tokens, where that is not `http://localhost:ISSUER_PORT`. */
    ISSUER_URL: z.url({ protocol: /^https?$/ }).optional(),
    LOG_LEVEL: z.enum(LEVELS, `none of ${LEVELS.join(', ')}`).optional(),
    /** Set by bootstrap.mjs and by tests: stop when the process that started us ends. */
    STOP_WITH_PARENT: z.string().optional(),
  })
  .refine((set) => set.PORT === 0 || set.PORT !== set.ISSUER_PORT, {
    message: 'the same as PORT',
    path: ['ISSUER_PORT'],
  })

export type Settings = Omit<z.infer<typeof environment>, 'LOG_LEVEL'> & {
  /** `npm start` is development where nobody says otherwise; a process alone is production (chassis/config.ts). */
  NODE_ENV: Environment
  provider: Provider
  /** Whether processes start again when their code changes. */
  watch: boolean
  /** How many of each program run; one where it is not named. */
  replicas: { [name: string]: number }
  /** The whole environment: some processes get settings of their own from it (processes.ts). */
  environment: NodeJS.ProcessEnv
}

/** Reads environment and arguments; prints all that is wrong with the environment and exits (code 78). */
export function readSettings(args: string[], env: NodeJS.ProcessEnv): Settings {
  const given = { ...env, NODE_ENV: env.NODE_ENV || 'development' }
  const { LOG_LEVEL: _, provider, ...settings } = read(given)
  const options = optionsIn(args)
  if (options.watch && settings.NODE_ENV === 'production') throw new UserError('--watch is for development.')
  return { ...settings, ...options, provider, DATA_DIR: resolve(settings.DATA_DIR), environment: given }
}

/** In production payments are made by a provider, and by nothing else; elsewhere by the sandbox, unless one is named. */
function read(given: NodeJS.ProcessEnv): z.infer<typeof environment> & Pick<Settings, 'NODE_ENV' | 'provider'> {
  if (given.NODE_ENV !== 'production' && !given.PROVIDER_URL && !given.PROVIDER_TOKEN)
    return { ...readConfig(environment.and(processConfig), given), provider: 'sandbox' }
  const { PROVIDER_URL: url, PROVIDER_TOKEN: token, ...settings } = readConfig(environment.and(providerConfig), given)
  return { ...settings, provider: { url, token } }
}

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
